#include "domain/target_host.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/url/grammar/lut_chars.hpp>
#include <boost/url/pct_string_view.hpp>
#include <fmt/format.h>
#include <idn2.h>

#include "curt/base/utf8.hpp"

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

/// ß, ς, ZWNJ and ZWJ: what transitional processing maps and non-transitional keeps (UTS #46, section 2.3).
bool has_deviation_character(std::string_view label) {
  for (const std::string_view c : {"\xC3\x9F", "\xCF\x82", "\xE2\x80\x8C", "\xE2\x80\x8D"}) {
    if (label.find(c) != std::string_view::npos) return true;
  }
  return false;
}

/// The longest name that DNS has (RFC 1035, section 2.3.4).
constexpr std::size_t kMaxName = 253;
constexpr std::string_view kTooLong = "it is longer than 253 bytes";

/// The longest text that can stand for one; more is not worth the work.
constexpr std::size_t kMaxText = 1024;

/// A dot at the end does not count.
bool is_too_long(std::string_view ascii) { return ascii.size() - (ascii.ends_with('.') ? 1 : 0) > kMaxName; }

result<std::string> name_to_ascii(std::string_view name);

/// One label that needs IDNA, to its ASCII form. It may turn out to be several, as "。" is a dot.
result<std::string> label_to_ascii(std::string label) {
  const auto lookup = [&label](int flags, char** out) { return idn2_to_ascii_8z(label.c_str(), out, flags); };
  char* raw = nullptr;
  int status = lookup(IDN2_NONTRANSITIONAL, &raw);
  // libidn2 adds IDNA 2008's list of characters to the mapping of UTS #46, and so refuses symbols and emoji
  // that browsers take. Its transitional mode applies UTS #46 alone, the same where no deviation occurs.
  const bool refused_character = status == IDN2_DISALLOWED || status == IDN2_UNASSIGNED;
  if (refused_character && !has_deviation_character(label)) status = lookup(IDN2_TRANSITIONAL, &raw);
  if (status != IDN2_OK) {
    return bad_host(fmt::format("\"{:.64}\" cannot be written in ASCII: {}", label, idn2_strerror(status)));
  }
  const std::unique_ptr<char, void (*)(void*)> owner(raw, idn2_free);
  std::string ascii = owner.get();
  // All ASCII now, which maps to no further dots: once more, and each label is judged by itself.
  if (ascii.find('.') != std::string::npos) return name_to_ascii(ascii);
  return ascii;
}

result<std::string> name_to_ascii(std::string_view name) {
  std::string ascii;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    std::string label(name.substr(begin, end - begin));
    if (begin > 0) ascii += '.';
    if (is_too_long(ascii)) return bad_host(kTooLong);
    begin = end + 1;
    if (is_ascii(label) && !boost::algorithm::istarts_with(label, "xn--")) {
      ascii += boost::algorithm::to_lower_copy(label);
      continue;
    }
    const result<std::string> mapped = label_to_ascii(std::move(label));
    if (!mapped) return mapped.error();
    ascii += *mapped;
  }
  if (is_too_long(ascii)) return bad_host(kTooLong);
  return ascii;
}

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
  for (const char c : decoded) {  // before libidn2, whose strings end at a NUL
    if (c >= 0 && is_forbidden(c)) return bad_host(fmt::format("the character 0x{:02x} is not allowed", c));
  }
  result<std::string> name = name_to_ascii(decoded);
  if (!name) return name;
  for (const char c : *name) {  // again: a full-width character may have become a forbidden one
    if (is_forbidden(c)) return bad_host(fmt::format("the character 0x{:02x} is not allowed", c));
  }
  if (name->empty()) return bad_host("it is empty");
  return is_meant_as_ipv4(*name) ? normalise_ipv4(*name) : name;
}

}  // namespace curt
