#pragma once

#include "curt/domain/error.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::api {

/// The link that a visitor of the code gets to see at this time, or why there is none. Lives as long as the
/// entry.
[[nodiscard]] result<const links::RedirectLink*> visited_link(const links::CacheEntry& entry, Timestamp now);

}  // namespace curt::api
