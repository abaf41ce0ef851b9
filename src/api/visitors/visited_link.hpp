#pragma once

#include "curt/domain/error.hpp"
#include "curt/limits/blocklist/host_lists.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::api {

/// Why a visitor does not get to the link, in words for people.
[[nodiscard]] Error visitor_refused(ErrorCode why);

/// The link that a visitor of the code gets to see at this time, or why there is none. Lives as long as the
/// entry.
[[nodiscard]] result<const links::RedirectLink*> visited_link(const links::CacheEntry& entry,
                                                              const limits::HostLists& lists, Timestamp now);

}  // namespace curt::api
