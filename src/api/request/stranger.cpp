#include "api/request/stranger.hpp"

#include "api/request/own_host.hpp"

namespace curt::api {

std::optional<http::Problem> stranger_refusal(Audience audience, const http::Request& request,
                                              const ApiOptions& options) {
  if (audience == Audience::visitors) return std::nullopt;
  if (options.loopback_only && !is_own_host(request.host, options.base_url)) {
    return http::Problem{421, "misdirected_request",
                         options.base_url.empty()
                             ? "This service listens on this machine only and goes by no name; ask for "
                               "localhost or for the address."
                             : "This service listens on this machine only and does not go by the name in "
                               "Host; if it should, set CURT_BASE_URL."};
  }
  return std::nullopt;
}

}  // namespace curt::api
