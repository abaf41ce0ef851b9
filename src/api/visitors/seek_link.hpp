#pragma once

#include <optional>
#include <string>

#include "curt/api/services.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/http/service.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::api {

/// What a visitor's path leads to.
struct SoughtLink {
  ShortCode code;
  links::CacheEntry entry;  ///< not_found too where the path has no code
  std::string query;        ///< the request's, with what the path had of one
  bool is_preview = false;  ///< the path asks for the preview although it is not that of a preview
};

/// Whether the cache was asked for the code in the request's path before, and has counted that.
enum class CacheAsked { before, not_yet };

/// The link that a visitor's path leads to. The code as it came is looked up first. Only if no link ever had
/// it, near_miss() says what else may be meant, and exchange.code is the code in the path from then on. Where
/// nothing can be said about the code, the request is answered here, and nothing is given.
awaitable<std::optional<SoughtLink>> seek_link(const Services& services, CacheAsked asked,
                                               http::Exchange& exchange);

}  // namespace curt::api
