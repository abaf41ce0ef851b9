#include "api/visitors/near_miss.hpp"

#include <algorithm>
#include <cstddef>
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

/// A path without its percent-encodings, and where each byte came from.
struct DecodedPath {
  std::string text;
  std::vector<std::size_t> begins;  ///< in the path, of each byte of the text and of the end
};

/// Resolves the percent-encodings once. A "%" that begins none stands for itself.
DecodedPath decode_once(const DecodedPath& path) {
  using boost::urls::grammar::hexdig_value;
  DecodedPath decoded;
  decoded.text.reserve(path.text.size());
  decoded.begins.reserve(path.begins.size());
  for (std::size_t at = 0; at < path.text.size();) {
    decoded.begins.push_back(path.begins[at]);
    const bool is_long_enough = path.text[at] == '%' && at + 2 < path.text.size();
    const int high = is_long_enough ? hexdig_value(path.text[at + 1]) : -1;
    const int low = is_long_enough ? hexdig_value(path.text[at + 2]) : -1;
    const bool is_encoded = high >= 0 && low >= 0;
    decoded.text += is_encoded ? static_cast<char>(high * 16 + low) : path.text[at];
    at += is_encoded ? 3 : 1;
  }
  decoded.begins.push_back(path.begins.back());
  return decoded;
}

DecodedPath decode(std::string_view path) {
  DecodedPath decoded{std::string{path}, {}};
  for (std::size_t at = 0; at <= path.size(); ++at) decoded.begins.push_back(at);
  for (int i = 0; i < kMostEncodings && decoded.text.find('%') != std::string::npos; ++i) {
    decoded = decode_once(decoded);
  }
  return decoded;
}

/// Where a code is over and a query or a fragment begins: after a letter or digit, as a path may begin with
/// one of these by mistake.
std::size_t find_query(std::string_view text) noexcept {
  const auto is_letter = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c < 0;
  };
  const auto* const first = std::find_if(text.begin(), text.end(), is_letter);
  return std::min(text.find_first_of("&?#", static_cast<std::size_t>(first - text.begin())), text.size());
}

/// The query that follows the mark at this place of the decoded text, as it would have come after a question
/// mark: whoever encoded the mark encoded the rest as often.
std::string query_after(std::size_t mark, const DecodedPath& decoded, std::string_view path) {
  if (mark >= decoded.text.size() || decoded.text[mark] == '#') return {};
  std::string query{path.substr(decoded.begins[mark + 1])};
  for (std::size_t size = decoded.begins[mark + 1] - decoded.begins[mark]; size > 1; size -= 2) {
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
  const DecodedPath decoded = decode(path);
  const std::string_view text = decoded.text;
  const std::size_t mark = find_query(text);
  const auto place = code_in_text(text.substr(0, mark));
  if (!place) return std::nullopt;
  const auto part = [&](std::size_t end) {
    const std::size_t from = decoded.begins[place->begin];
    return path.substr(from, decoded.begins[end] - from);
  };
  for (const std::size_t end : {place->end_with_dots, place->end}) {
    const std::string_view left = part(end);
    if (left.size() == path.size()) continue;
    const std::optional<ShortCode> code = code_in_path(left);
    if (!code) continue;
    if (has_path_of_the_service(*code)) return std::nullopt;
    return NearMiss{.code = *code,
                    .text = left,
                    .query = query_after(mark, decoded, path),
                    .is_preview = text.substr(end, mark - end).find('+') != std::string_view::npos};
  }
  return std::nullopt;
}

}  // namespace curt::api
