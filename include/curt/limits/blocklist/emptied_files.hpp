#pragma once

#include <optional>
#include <string>

#include "curt/limits/blocklist/list_files.hpp"

namespace curt::limits {

/// Finds what was lost since a list was read before, as where a download empties a file before it writes:
/// says which file, or which of the paths that were given, had hosts and has none now. Nothing where all is
/// well; the removal of a file from a folder that has hosts still is taken for the operator's will.
[[nodiscard]] std::optional<std::string> what_was_emptied(const ListCounts& before, const ListCounts& now);

}  // namespace curt::limits
