#include "domain/target_url_parts.hpp"

#include <algorithm>
#include <cstddef>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/url/grammar/lut_chars.hpp>

namespace curt {
namespace {

using boost::urls::grammar::lut_chars;

struct IsVisibleAscii {
  constexpr bool operator()(char c) const noexcept { return c >= '!' && c <= '~'; }
};
constexpr lut_chars kVisible{IsVisibleAscii{}};

// What each component keeps as it is: the complements of the percent-encode sets of the WHATWG URL Standard,
// section 1.3. "%" is kept everywhere, so that what is encoded already stays, and a stray one too.
constexpr lut_chars kQueryKeeps = kVisible - lut_chars("\"#<>'");
constexpr lut_chars kFragmentKeeps = kVisible - lut_chars("\"<>`");
constexpr lut_chars kPathKeeps = kVisible - lut_chars("\"#<>?`{}");
constexpr lut_chars kUserinfoKeeps = kPathKeeps - lut_chars("/:;=@[\\]^|");

// boost::urls::encode() requires that "%" be encoded, which would encode everything twice.
std::string encode(std::string_view text, const lut_chars& keeps) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (keeps(byte)) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

/// How many dots the segment consists of, "%2e" counting as one; 0 if it holds anything else.
int count_dots(std::string_view segment) {
  int dots = 0;
  for (; !segment.empty(); ++dots) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (boost::algorithm::istarts_with(segment, "%2e")) {
      segment.remove_prefix(3);
    } else {
      return 0;
    }
  }
  return dots;
}

}  // namespace

std::string normalise_userinfo(std::string_view userinfo) {
  const std::size_t colon = std::min(userinfo.find(':'), userinfo.size());
  std::string out = encode(userinfo.substr(0, colon), kUserinfoKeeps);
  const std::string_view password = userinfo.substr(std::min(colon + 1, userinfo.size()));
  if (!password.empty()) out += ':' + encode(password, kUserinfoKeeps);
  if (!out.empty()) out += '@';
  return out;
}

std::string normalise_path(std::string_view path) {
  if (!path.empty()) path.remove_prefix(1);
  std::string out;
  for (bool last = false; !last;) {
    const std::size_t end = path.find_first_of("/\\");
    last = end == std::string_view::npos;
    const std::string_view segment = path.substr(0, end);
    if (!last) path.remove_prefix(end + 1);

    const int dots = count_dots(segment);
    if (dots == 2 && !out.empty()) out.erase(out.rfind('/'));
    if (dots == 1 || dots == 2) {
      if (last) out += '/';
    } else {
      out += '/' + encode(segment, kPathKeeps);
    }
  }
  return out;
}

std::string normalise_query(std::string_view query) { return encode(query, kQueryKeeps); }

std::string normalise_fragment(std::string_view fragment) { return encode(fragment, kFragmentKeeps); }

}  // namespace curt
