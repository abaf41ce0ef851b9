#include "domain/target_host.hpp"

#include <algorithm>
#include <cstddef>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/url/grammar/lut_chars.hpp>
#include <boost/url/pct_string_view.hpp>
#include <fmt/format.h>

#include "curt/base/utf8.hpp"
#include "curt/domain/idna.hpp"

#include "domain/target_address.hpp"
#include "domain/target_url_parts.hpp"

namespace curt {
namespace {

namespace urls = boost::urls;
using urls::grammar::lut_chars;

/// WHATWG "forbidden domain code point", but for control bytes, which are matched beside it.
constexpr lut_chars kForbidden = " #/:<>?@[\\]^|%\x7f";

bool is_forbidden(char c) { return kForbidden(static_cast<unsigned char>(c)) || (c >= 0 && c < 0x20); }

Error bad_host(std::string_view reason) {
  return invalid_field("url", fmt::format("has an invalid host name: {}", reason));
}

/// The longest name that DNS has (RFC 1035, section 2.3.4).
constexpr std::size_t kMaxName = 253;
constexpr std::string_view kTooLong = "it is longer than 253 bytes";

/// The longest text that can stand for one; more is not worth the work.
constexpr std::size_t kMaxText = 1024;

/// A dot at the end does not count.
bool is_too_long(std::string_view ascii) { return ascii.size() - (ascii.ends_with('.') ? 1 : 0) > kMaxName; }

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

result<std::string> normalise_host(std::string_view host) {
  if (host.starts_with('[')) return normalise_ipv6(host);
  const auto encoded = urls::make_pct_string_view(host);
  if (!encoded) return bad_host("% without two hexadecimal digits");
  const std::string decoded = encoded->decode();
  if (decoded.size() > kMaxText) return bad_host(kTooLong);
  if (!is_utf8(decoded)) return bad_host("its percent-encoded bytes are not UTF-8");
  // Labels that are encoded already are left alone in a name that is all ASCII, whatever they decode to: so
  // do browsers, which look such a name up in DNS as it is (WHATWG URL Standard, "domain parser").
  result<std::string> name =
      is_ascii(decoded) ? boost::algorithm::to_lower_copy(decoded) : idna::to_ascii(decoded);
  if (!name) return name;
  if (is_too_long(*name)) return bad_host(kTooLong);
  for (const char c : *name) {  // not before: a full-width one becomes one, and "<" with U+0338 is none
    if (is_forbidden(c)) return bad_host(fmt::format("the character 0x{:02x} is not allowed", c));
  }
  if (name->empty()) return bad_host("it is empty");
  return is_meant_as_ipv4(*name) ? normalise_ipv4(*name) : name;
}

}  // namespace curt
