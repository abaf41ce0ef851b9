#pragma once

#include <cstdint>
#include <string_view>

#include "curt/domain/short_code.hpp"
#include "curt/links/author.hpp"

namespace curt::links {

/// The versions between which a change lies; 0 before a link was made.
struct Versions {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

// The audit line, which every change of a link leaves in the log, at level info. `action` is "create",
// "edit", "disable", "delete" or "restore".

/// The change is durable.
void audit(std::string_view action, const ShortCode& code, Versions versions, const Author& author);

/// The change is there or not: the answer to its commit was lost.
void audit_unknown(std::string_view action, const ShortCode& code, const Author& author);

}  // namespace curt::links
