#include "app/settings/settings_urls.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

namespace curt::app {
namespace {

namespace urls = boost::urls;

/// The port as a number, 0 where there is none or where it is no port. Boost's port_number() of 1.81 lets
/// 99999 pass.
std::uint16_t port_of(const urls::url_view& url) {
  const auto text = url.port();
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() ? port : std::uint16_t{0};
}

/// An address, or a name as DNS has them (with underscores, which some have); no wildcard, nothing encoded.
bool is_plain_host(std::string_view host) {
  constexpr auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._[]:"}.find(c) != std::string_view::npos;
  };
  return !host.empty() && std::all_of(host.begin(), host.end(), fits);
}

bool is_web(const urls::url_view& url) {
  const bool scheme = url.scheme_id() == urls::scheme::http || url.scheme_id() == urls::scheme::https;
  const auto host = url.encoded_host();
  const bool port = !url.has_port() || port_of(url) != 0;
  return scheme && port && is_plain_host({host.data(), host.size()}) && !url.has_userinfo();
}

}  // namespace

std::optional<std::string> parse_origin(std::string_view text) {
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed || !is_web(*parsed)) return std::nullopt;
  const auto path = parsed->encoded_path();
  if (parsed->has_query() || parsed->has_fragment() || (!path.empty() && path != "/")) return std::nullopt;

  urls::url url{*parsed};
  url.normalize();
  const std::uint16_t standard = url.scheme_id() == urls::scheme::https ? 443 : 80;
  std::string origin{url.scheme()};
  origin += "://";
  origin += url.encoded_host();
  if (const std::uint16_t port = port_of(url); port != 0 && port != standard)
    origin += ':' + std::to_string(port);
  return origin;
}

bool is_http_url(std::string_view text) {
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  return parsed && is_web(*parsed);
}

bool is_postgres_url(std::string_view text) {
  const bool scheme = text.starts_with("postgresql://") || text.starts_with("postgres://");
  return scheme && std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c <= ' '; });
}

bool is_redis_url(std::string_view text) {
  if (text.starts_with("unix:/")) return true;
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed || (parsed->scheme() != "redis" && parsed->scheme() != "rediss")) return false;
  const auto host = parsed->encoded_host();
  const auto path = parsed->encoded_path();
  const bool number = path.empty() || (path.front() == '/' && path.size() <= 4 &&
                                       std::all_of(path.begin() + 1, path.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; }));
  return number && is_plain_host({host.data(), host.size()}) &&
         (!parsed->has_port() || port_of(*parsed) != 0) && !parsed->has_query() && !parsed->has_fragment();
}

}  // namespace curt::app
