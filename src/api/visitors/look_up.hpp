#pragma once

#include <optional>

#include "curt/api/services.hpp"
#include "curt/http/service.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::api {

/// What Redis or the database know of a visitor's code, which the cache of this process does not know. Where
/// no link ever had the code, that is charged to the budget not_found of the client that began the lookup.
/// Once that is used up, it begins no lookup of a code of which the cache has no old or suspect entry. Where
/// nothing can be said about the code, the request is answered here, and nothing is given.
awaitable<std::optional<links::CacheEntry>> look_up(const Services& services, ShortCode code,
                                                    http::Exchange& exchange);

}  // namespace curt::api
