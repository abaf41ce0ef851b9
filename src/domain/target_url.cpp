#include "curt/domain/target_url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>

#include <boost/algorithm/string/case_conv.hpp>
#include <fmt/format.h>

#include "curt/base/utf8.hpp"

#include "domain/target_host.hpp"
#include "domain/target_url_parts.hpp"
#include "domain/unicode/invisible.hpp"

namespace curt {
namespace {

constexpr std::string_view kNoScheme = "has no scheme; put https:// in front of it";
constexpr auto kNpos = std::string_view::npos;

Error refused(std::string message) { return invalid_field("url", std::move(message)); }

/// What browsers drop wherever it stands: a long URL is broken into lines on its way through a mail.
constexpr std::string_view kBreaks = "\t\n\r";

std::string without_breaks(std::string_view text) {
  std::string out{text};
  std::erase_if(out, [](char c) { return kBreaks.find(c) != kNpos; });
  return out;
}

/// What is wrong with the bytes, whatever they mean.
std::optional<Error> check_bytes(std::string_view text) {
  if (text.empty()) return refused("is empty");
  if (text.size() > TargetUrl::kMaxBytes) {
    return refused(
        fmt::format("is {} bytes long; at most {} are allowed", text.size(), TargetUrl::kMaxBytes));
  }
  for (const char c : text) {
    if ((c >= 0 && c < 0x20) || c == 0x7f) {
      return refused(fmt::format("contains the control byte 0x{:02x}", c));
    }
  }
  if (!is_utf8(text)) return refused("is not valid UTF-8");
  return std::nullopt;
}

/// Cuts the scheme and its colon off the front of `text`, and gives the scheme in lower case.
result<std::string> take_scheme(std::string_view& text) {
  constexpr std::string_view kSchemeCharacters = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
  const std::size_t colon = text.find(':');
  if (colon == kNpos) return refused(std::string(kNoScheme));
  std::string scheme = boost::algorithm::to_lower_copy(std::string(text.substr(0, colon)));
  const bool letter_first = !scheme.empty() && scheme.front() >= 'a' && scheme.front() <= 'z';
  if (!letter_first || scheme.find_first_not_of(kSchemeCharacters) != kNpos) {
    return refused(std::string(kNoScheme));
  }
  text.remove_prefix(colon + 1);
  if (scheme == "http" || scheme == "https") return scheme;

  // "example.com:8080/x" and "localhost:3000" have the form of a scheme, but mean a host and a port.
  const bool port_follows = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (scheme.find('.') != kNpos || (port_follows && scheme != "tel" && scheme != "data")) {
    return refused(std::string(kNoScheme));
  }
  return refused(fmt::format("has the scheme {:.32}, which is not allowed: only http and https are", scheme));
}

/// ":8443" with the colon; empty if none is written or it is the scheme's own.
result<std::string> normalise_port(std::string_view digits, std::string_view scheme) {
  if (digits.empty()) return std::string();
  if (digits.find_first_not_of("0123456789") != kNpos) {
    return refused(fmt::format("has the port \"{:.32}\", which is not a number", digits));
  }
  std::uint16_t port = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), port).ec != std::errc{}) {
    return refused(fmt::format("has the port {:.32}, which is over 65535", digits));
  }
  return port == (scheme == "https" ? 443 : 80) ? std::string() : fmt::format(":{}", port);
}

/// "user:password@host:port" of an authority.
result<std::string> normalise_authority(std::string_view authority, std::string_view scheme) {
  std::string userinfo;
  if (const std::size_t at = authority.rfind('@'); at != kNpos) {
    userinfo = normalise_userinfo(authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', authority.starts_with('[') && bracket != kNpos ? bracket : 0);
  const std::string_view host = authority.substr(0, colon);
  if (host.empty()) return refused("has no host");

  const result<std::string> ascii = normalise_host(host);
  if (!ascii) return ascii.error();
  const result<std::string> port =
      normalise_port(colon == kNpos ? std::string_view{} : authority.substr(colon + 1), scheme);
  if (!port) return port.error();
  return userinfo + *ascii + *port;
}

/// The authority of a normalised URL, without userinfo.
std::string_view host_and_port(std::string_view url) {
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  url = url.substr(0, url.find('/'));
  return url.substr(url.find('@') + 1);
}

}  // namespace

result<TargetUrl> TargetUrl::parse(std::string_view input) {
  std::string_view rest = unicode::trim_invisible(input);
  std::string unbroken;
  if (rest.find_first_of(kBreaks) != kNpos) {
    unbroken = without_breaks(rest);
    rest = unbroken;
  }
  if (std::optional<Error> error = check_bytes(rest)) return *std::move(error);

  const result<std::string> scheme = take_scheme(rest);
  if (!scheme) return scheme.error();
  // Browsers take any number of slashes here, none included, and "\" for "/".
  rest.remove_prefix(std::min(rest.find_first_not_of("/\\"), rest.size()));

  const std::string_view authority = rest.substr(0, rest.find_first_of("/\\?#"));
  rest.remove_prefix(authority.size());
  const result<std::string> normalised_authority = normalise_authority(authority, *scheme);
  if (!normalised_authority) return normalised_authority.error();

  const std::string_view path = rest.substr(0, rest.find_first_of("?#"));
  rest.remove_prefix(path.size());
  std::string url = *scheme + "://" + *normalised_authority + normalise_path(path);

  const std::string_view query = rest.substr(0, rest.find('#'));
  rest.remove_prefix(query.size());
  if (!query.empty()) url += '?' + normalise_query(query.substr(1));
  if (!rest.empty()) url += '#' + normalise_fragment(rest.substr(1));

  if (url.size() > kMaxBytes) {
    return refused(
        fmt::format("is {} bytes long once encoded; at most {} are allowed", url.size(), kMaxBytes));
  }
  return TargetUrl(std::move(url));
}

std::string_view TargetUrl::host_of(std::string_view normalised) noexcept {
  const std::string_view authority = host_and_port(normalised);
  const std::size_t port = authority.rfind(':');
  const bool in_brackets = authority.ends_with(']');
  return in_brackets ? authority : authority.substr(0, port);
}

std::uint16_t TargetUrl::port() const noexcept {
  std::uint16_t port = text_.starts_with("https:") ? 443 : 80;
  std::string_view authority = host_and_port(text_);
  const std::size_t written = authority.substr(host().size()).find(':');
  if (written != kNpos) {
    authority.remove_prefix(host().size() + 1);
    std::from_chars(authority.data(), authority.data() + authority.size(), port);
  }
  return port;
}

}  // namespace curt
