#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "curt/base/clock.hpp"
#include "curt/links/link_rules.hpp"

#include "app/transfer/reading/link_reader.hpp"

namespace curt::app {

/// `curt import --dry-run`: reads all records and writes to `out` how they are understood, the first links,
/// what would be rejected, and how many there are of each. Nothing is stored, so that it cannot tell which
/// are there already. `reader` is open.
void preview_import(LinkReader& reader, const links::LinkRules& rules, const Clock& clock, std::ostream& out);

/// The line that says how many of the rejected links have a reserved word as their code; empty if none has.
[[nodiscard]] std::string words_on_reserved(std::uint64_t reserved);

}  // namespace curt::app
