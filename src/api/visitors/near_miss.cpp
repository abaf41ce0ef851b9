#include "api/visitors/near_miss.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <boost/url/grammar/hexdig_chars.hpp>

#include "curt/api/routes.hpp"
#include "curt/domain/code_in_text.hpp"

#include "api/request/code_parameter.hpp"
#include "api/request/percent_encoding.hpp"

namespace curt::api {
namespace {

/// The longest percent-encoding of a byte that is understood: "%2522" for a quotation mark.
constexpr int kMostEncodings = 2;

/// A byte of a path without its percent-encodings.
struct DecodedByte {
  char value = 0;
  std::size_t size = 0;  ///< in the path; 3 where it is percent-encoded once
};

/// The byte that begins at this place of the path, with up to this many percent-encodings resolved. A "%"
/// that begins none stands for itself.
template <int kEncodings = kMostEncodings>
DecodedByte byte_at(std::string_view path, std::size_t at) noexcept {
  if constexpr (kEncodings == 0) {
    return {path[at], 1};
  } else {
    const DecodedByte first = byte_at<kEncodings - 1>(path, at);
    const std::size_t second = at + first.size;
    if (first.value != '%' || second >= path.size()) return first;
    const DecodedByte high = byte_at<kEncodings - 1>(path, second);
    const std::size_t third = second + high.size;
    if (third >= path.size()) return first;
    const DecodedByte low = byte_at<kEncodings - 1>(path, third);
    using boost::urls::grammar::hexdig_value;
    const int value = hexdig_value(high.value) * 16 + hexdig_value(low.value);
    if (hexdig_value(high.value) < 0 || hexdig_value(low.value) < 0) return first;
    return {static_cast<char>(value), first.size + high.size + low.size};
  }
}

/// Where a code is over and a query or a fragment begins.
struct Mark {
  std::size_t at = 0;  ///< in the path
  DecodedByte byte;    ///< of size 0 where the path ends, or was read as far as was asked for
};

/// Which mark of a path is the first one that counts.
enum class FirstMark : std::uint8_t {
  anywhere,
  after_letter,  ///< or after a digit, as a path may begin with a mark by mistake
};

/// Finds the first mark. Reads up to `most` bytes of the path.
Mark find_mark(std::string_view path, FirstMark first, std::size_t most) noexcept {
  const auto is_letter = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c < 0;
  };
  bool may_end = first == FirstMark::anywhere;
  std::size_t at = 0;
  while (at < std::min(path.size(), most)) {
    const DecodedByte byte = byte_at(path, at);
    const char c = byte.value;
    if (may_end && (c == '&' || c == '?' || c == '#')) return {at, byte};
    may_end = may_end || is_letter(c);
    at += byte.size;
  }
  return {at, {}};
}

std::string decode(std::string_view path) {
  std::string text;
  for (std::size_t at = 0; at < path.size();) {
    const DecodedByte byte = byte_at(path, at);
    text += byte.value;
    at += byte.size;
  }
  return text;
}

/// Where the byte begins in the path that is at `place` when it is decoded.
std::size_t place_in(std::string_view path, std::size_t place) noexcept {
  std::size_t at = 0;
  for (; place > 0; --place) at += byte_at(path, at).size;
  return at;
}

/// The query that follows the mark, as it would have come after a question mark. Whoever encoded the mark
/// encoded the rest as often, unless that has marks of its own, which then tell its parameters apart.
std::string query_after(const Mark& mark, std::string_view path) {
  if (mark.byte.size == 0 || mark.byte.value == '#') return {};
  std::string query{path.substr(mark.at + mark.byte.size)};
  for (std::size_t size = mark.byte.size; size > 1; size -= 2) {
    if (query.find_first_of("=&") != std::string::npos) break;
    auto plain = percent_decode(query, Plus::stays);
    if (!plain) break;
    query = *std::move(plain);
  }
  // HTML that was taken for text writes "&" so.
  constexpr std::string_view kInHtml = "amp;";
  if (query.starts_with(kInHtml)) query.erase(0, kInHtml.size());
  // Without a "=" it is no parameter but the end of the text around the link, such as "&gt;".
  if (query.find('=') == std::string::npos) query.clear();
  return query;
}

bool has_path_of_the_service(const ShortCode& code) {
  static const std::vector<ShortCode> hidden = hidden_codes();
  return std::ranges::find(hidden, code) != hidden.end();
}

}  // namespace

std::optional<NearMiss> near_miss(std::string_view path) {
  const Mark mark = find_mark(path, FirstMark::after_letter, kLongestNearMiss);
  if (mark.byte.size == 0 && path.size() > kLongestNearMiss) return std::nullopt;
  const std::string_view before = path.substr(0, mark.at);
  const std::string text = decode(before);
  const auto place = code_in_text(text);
  if (!place) return std::nullopt;
  const std::size_t begin = place_in(before, place->begin);
  for (const std::size_t end : {place->end_with_dots, place->end}) {
    const std::string_view left = before.substr(begin, place_in(before, end) - begin);
    if (left.size() == path.size()) continue;
    const std::optional<ShortCode> code = code_in_path(left);
    if (!code) continue;
    if (has_path_of_the_service(*code)) return std::nullopt;
    return NearMiss{.code = *code,
                    .text = left,
                    .query = query_after(mark, path),
                    .is_preview = text.find('+', end) != std::string::npos};
  }
  return std::nullopt;
}

std::string_view before_query_in_path(std::string_view path) noexcept {
  // Nearly no path has one of these, the usual beginnings of a mark.
  if (path.find('&') == std::string_view::npos && path.find('%') == std::string_view::npos) return path;
  return path.substr(0, find_mark(path, FirstMark::anywhere, path.size()).at);
}

}  // namespace curt::api
