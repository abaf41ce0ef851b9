#include "curt/domain/referrer_host.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/url/grammar/alnum_chars.hpp>
#include <boost/url/grammar/alpha_chars.hpp>
#include <boost/url/grammar/digit_chars.hpp>
#include <boost/url/grammar/lut_chars.hpp>

#include "domain/target_address.hpp"
#include "domain/target_host.hpp"

namespace curt {
namespace {

namespace grammar = boost::urls::grammar;

constexpr grammar::lut_chars kSchemeChars =
    grammar::lut_chars{grammar::alnum_chars} + grammar::lut_chars{"+-."};
constexpr grammar::lut_chars kLabelChars =
    grammar::lut_chars{grammar::alnum_chars} + grammar::lut_chars{"-_"};

constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestName = 253;

/// What no host in Unicode is longer than: four bytes for each of ASCII.
constexpr std::size_t kLongestSpelling = 4 * (kLongestName + 1);

template <class Chars>
bool is_all(std::string_view text, const Chars& chars) {
  return std::all_of(text.begin(), text.end(), chars);
}

/// The part between "scheme://" and the path.
std::optional<std::string_view> authority_of(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = url.substr(0, colon);
  if (!grammar::alpha_chars(scheme.front()) || !is_all(scheme, kSchemeChars)) return std::nullopt;
  url.remove_prefix(colon + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

/// The authority without userinfo and port; nothing if the port is none.
std::optional<std::string_view> host_of(std::string_view authority) {
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::size_t end = authority.find(':', bracket);
  if (end == std::string_view::npos) return authority;
  const std::string_view port = authority.substr(end + 1);
  if (port.size() > 5 || !is_all(port, grammar::digit_chars)) return std::nullopt;
  return authority.substr(0, end);
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && is_all(label, kLabelChars) &&
         label.front() != '-' && label.back() != '-';
}

bool is_name(std::string_view name) {
  if (name.size() > kLongestName) return false;
  for (;;) {
    const std::size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

/// A host that is ASCII already stays as it is but for its case, as nearly all of them are.
result<std::string> to_ascii(std::string_view host) {
  if (host.starts_with('[') || !is_ascii(host)) return normalise_host(host);
  return boost::algorithm::to_lower_copy(std::string{host});
}

}  // namespace

std::string referrer_host(std::string_view referrer) {
  const auto authority = authority_of(referrer);
  const auto host = authority ? host_of(*authority) : std::nullopt;
  // No browser sends a host that is percent-encoded.
  if (!host || host->size() > kLongestSpelling || host->find('%') != std::string_view::npos) return {};
  result<std::string> ascii = to_ascii(*host);
  if (!ascii) return {};
  std::string name = *std::move(ascii);
  if (name.starts_with('[')) return name;
  if (name.ends_with('.')) name.pop_back();
  if (is_meant_as_ipv4(name)) {
    const result<std::string> address = normalise_ipv4(name);
    return address ? *address : std::string{};
  }
  return is_name(name) ? name : std::string{};
}

}  // namespace curt
