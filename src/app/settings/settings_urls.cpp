#include "app/settings/settings_urls.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "curt/base/address.hpp"
#include "curt/domain/target_url.hpp"

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

bool has_blanks(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 0 && c <= ' '; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hexadecimal(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Whether two hexadecimal digits follow each percent sign: libpq repeats the text from there if they do not.
bool has_whole_percents(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !is_hexadecimal(text[at + 1]) || !is_hexadecimal(text[at + 2])) return false;
  }
  return true;
}

/// HOST, HOST:PORT or [ADDRESS]:PORT; the host may be empty, which is the usual socket.
bool has_numeric_port(std::string_view host) {
  const std::size_t end = host.starts_with('[') ? host.find(']') : 0;
  if (end == std::string_view::npos) return false;
  const std::size_t colon = host.find(':', end);
  return colon == std::string_view::npos || std::ranges::all_of(host.substr(colon + 1), is_digit);
}

/// Why libpq would not find the hosts where they were meant; empty where it does. For libpq the first @ ends
/// user and password, and there are none if a / comes before it (PostgreSQL's fe-connect.c,
/// conninfo_uri_parse_options). So with a / or an @ in a password, parts of the password would be taken for a
/// host, a port or a database.
std::string_view misplaced_hosts(std::string_view after_scheme) {
  constexpr std::string_view kSlash = "there is a / before the @, where libpq takes what precedes for a host";
  constexpr std::string_view kAt = "there is more than one @, of which libpq takes the first";
  constexpr std::string_view kParameters = "there is a @ behind a parameter, of which libpq makes a user";
  constexpr std::string_view kBracket = "the [ of an IPv6 address has no ]";
  constexpr std::string_view kPort = "what follows a host's colon is no port";
  const std::size_t first = after_scheme.find_first_of("@/");
  const bool has_user = first != std::string_view::npos && after_scheme[first] == '@';
  // Parameters without a user before them. A password may have a ? as well, but hardly with a = after it.
  if (has_user && after_scheme.substr(0, first).find('=', after_scheme.find('?')) != std::string_view::npos) {
    return kParameters;
  }
  const std::string_view rest = has_user ? after_scheme.substr(first + 1) : after_scheme;
  const std::string_view place = rest.substr(0, rest.find('?'));  // hosts and the database
  if (place.find('@') != std::string_view::npos) return has_user ? kAt : kSlash;
  std::string_view hosts = place.substr(0, place.find('/'));
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = hosts.find(',');
    const std::string_view host = hosts.substr(0, comma);
    if (host.starts_with('[') && host.find(']') == std::string_view::npos) return kBracket;
    // With a / and a ? in a password the @ is behind the ?.
    if (!has_numeric_port(host))
      return !has_user && rest.find('@') != std::string_view::npos ? kSlash : kPort;
    if (comma != std::string_view::npos) hosts.remove_prefix(comma + 1);
  }
  return {};
}

}  // namespace

std::string url_in_ascii(std::string_view text) {
  const bool is_ascii = std::ranges::all_of(text, [](char c) { return c >= 0; });
  if (is_ascii || text.find("://") == std::string_view::npos) return std::string{text};
  const auto url = TargetUrl::parse(text);
  return url ? url->str() : std::string{text};
}

std::optional<std::string> parse_origin(std::string_view text) {
  const std::string ascii = url_in_ascii(text);
  const auto parsed = urls::parse_uri(ascii);
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

bool is_loopback_origin(std::string_view origin) {
  const auto parsed = urls::parse_uri({origin.data(), origin.size()});
  if (!parsed) return false;
  const std::string host{parsed->host_address()};
  return !host.empty() && (is_local_host(host) || host.ends_with(".localhost"));
}

bool is_http_url(std::string_view text) {
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  return parsed && is_web(*parsed);
}

bool names_postgres(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

bool is_postgres_url(std::string_view text) {
  return names_postgres(text) && misreading_of_postgres(text).empty();
}

std::string_view misreading_of_postgres(std::string_view text) {
  if (has_blanks(text)) return "there is a blank or a control character in it";
  if (!has_whole_percents(text)) return "a % is not followed by two hexadecimal digits";
  return misplaced_hosts(text.substr(text.find("://") + 3));
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
