#include "api/request/presented_key.hpp"

#include <boost/beast/core/string.hpp>

#include "curt/base/text.hpp"

namespace curt::api {
namespace {

/// What follows the scheme Bearer (RFC 6750, section 2.1); nothing with another scheme, which is not about
/// keys.
std::optional<std::string_view> bearer_token(std::string_view authorization) noexcept {
  constexpr std::string_view kBearer = "Bearer";
  const std::string_view scheme = authorization.substr(0, authorization.find_first_of(" \t"));
  if (!boost::beast::iequals(scheme, kBearer)) return std::nullopt;
  return trim_blanks(authorization.substr(scheme.size()));
}

}  // namespace

std::optional<std::string_view> presented_key(const http::Request& request) noexcept {
  if (request.api_keys > 1 || request.authorizations > 1) return std::string_view{};
  std::optional<std::string_view> bearer;
  if (request.authorizations != 0) bearer = bearer_token(request.authorization);
  if (request.api_keys == 0) return bearer;
  if (bearer && *bearer != request.api_key) return std::string_view{};
  return request.api_key;
}

}  // namespace curt::api
