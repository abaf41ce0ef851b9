#include "api/request/stranger.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <boost/beast/core/string.hpp>

#include "api/request/own_host.hpp"

namespace curt::api {
namespace {

using http::Problem;
using http::Request;

/// Whether a proxy may have sent this. One that adds no header, as nginx does by default, speaks HTTP/1.0,
/// which hardly anybody else does; from nginx 1.29.7 on it is HTTP/1.1, which nothing tells from a client.
bool may_be_forwarded(const Request& request) noexcept { return request.forwarded || request.version < 11; }

Problem forwarded_problem(const Request& request) {
  std::string detail = request.forwarded
                           ? "This request came through a proxy: it has the header Forwarded, X-Forwarded-*, "
                             "X-Real-IP or Via."
                           : "This request is HTTP/1.0, which a proxy such as nginx speaks.";
  detail +=
      " The service is open to this machine only, and cannot tell whom else the proxy lets in: present an "
      "API key, ask it here without the proxy, by HTTP/1.1, or set CURT_ALLOW_OPEN=true if everybody whom "
      "the "
      "proxy lets in may do this.";
  return {403, "not_from_this_machine", std::move(detail)};
}

bool is_allowed(std::string_view origin, const ApiOptions& options) {
  return std::ranges::any_of(options.cors_origins,
                             [&](const std::string& allowed) { return allowed == "*" || allowed == origin; });
}

/// Whether an Origin is that of our own pages: a browser sends it along with their changes too. That Host
/// says the same is not enough, as a name of somebody else may have been pointed at this machine.
bool is_own_origin(std::string_view origin, const Request& request, const ApiOptions& options) noexcept {
  const std::size_t scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;
  if (boost::beast::iequals(origin, options.base_url)) return true;
  return boost::beast::iequals(origin.substr(scheme_end + 3), request.host) &&
         is_own_host(request.host, options.base_url);
}

/// Whether a page of another site had its visitor's browser send this. The user may follow its link to here,
/// which shows the page nothing; browsers tell this from a frame.
bool is_from_another_site(const Request& request, const ApiOptions& options) {
  using http::FetchSite;
  const bool reads = request.method == http::Method::get || request.method == http::Method::head;
  if (reads && request.opens_page) return false;
  if (request.fetch_site == FetchSite::own) return false;
  if (request.fetch_site == FetchSite::untold &&
      (request.origin.empty() || is_own_origin(request.origin, request, options))) {
    return false;
  }
  return !is_allowed(request.origin, options);
}

}  // namespace

std::optional<Problem> stranger_refusal(Audience audience, const Request& request,
                                        const ApiOptions& options) {
  if (audience == Audience::visitors) return std::nullopt;
  const bool is_owners = audience == Audience::owners;
  if (is_owners && options.loopback_only && !options.allow_open && may_be_forwarded(request)) {
    return forwarded_problem(request);
  }
  if (options.loopback_only && !is_own_host(request.host, options.base_url)) {
    return Problem{421, "misdirected_request",
                   options.base_url.empty()
                       ? "This service listens on this machine only and goes by no name; ask for localhost "
                         "or for the address."
                       : "This service listens on this machine only and does not go by the name in Host; if "
                         "it should, set CURT_BASE_URL."};
  }
  if (is_owners && is_from_another_site(request, options)) {
    return Problem{403, "cross_site",
                   "A page of another site sent this; CURT_CORS_ORIGINS names the origins that may, and "
                   "CURT_BASE_URL says where the service has its own."};
  }
  return std::nullopt;
}

}  // namespace curt::api
