#include "api/links/if_match.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "curt/base/text.hpp"

namespace curt::api {
namespace {

/// The version that a text without quotes names.
std::optional<std::int64_t> version_in(std::string_view text) noexcept {
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool is_version = error == std::errc{} && end == text.data() + text.size() && version >= 0;
  return is_version ? std::optional{version} : std::nullopt;
}

/// The tag without the coding that servers which compress put behind it: Apache and Caddy write "3-gzip",
/// Jetty "3--gzip".
std::string_view without_coding(std::string_view tag) noexcept {
  constexpr std::array<std::string_view, 4> kCodings{"gzip", "br", "zstd", "deflate"};
  const std::size_t dash = tag.rfind('-');
  if (dash == std::string_view::npos || std::ranges::find(kCodings, tag.substr(dash + 1)) == kCodings.end()) {
    return tag;
  }
  return tag.substr(0, dash > 0 && tag[dash - 1] == '-' ? dash - 1 : dash);
}

/// etagc of RFC 9110, section 8.8.3: no quotation mark, no white space, no control character.
bool is_of_tags(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f && c != '"';
}

/// Takes one member off the front of the list, up to its comma or the end: the tag in quotes, or what stands
/// there without any. Nothing where it is no tag.
std::optional<std::string_view> take_tag(std::string_view& list) {
  const bool is_weak = list.starts_with("W/\"") || list.starts_with("w/\"");
  std::string_view rest = is_weak ? list.substr(2) : list;
  std::size_t end = 0;
  std::string_view tag;
  if (rest.starts_with('"')) {
    end = rest.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    tag = without_coding(rest.substr(1, end - 1));
    if (!std::ranges::all_of(tag, is_of_tags)) return std::nullopt;
    rest = trim_blanks(rest.substr(end + 1));
    if (!rest.empty() && rest.front() != ',') return std::nullopt;
  } else {
    end = std::min(rest.find(','), rest.size());
    tag = trim_blanks(rest.substr(0, end));
    if (!version_in(tag)) return std::nullopt;
    rest = rest.substr(end);
  }
  list = rest;
  return tag;
}

}  // namespace

result<links::WantedVersions> parse_if_match(const http::Request& request) {
  std::string_view list = trim_blanks(request.if_match);
  if (!request.has_if_match || list == "*") return links::WantedVersions{};
  std::vector<std::int64_t> versions;
  bool is_list = false;  // of one tag at least
  for (;;) {
    while (list.starts_with(',')) list = trim_blanks(list.substr(1));  // members may be empty
    if (list.empty()) break;
    const auto tag = take_tag(list);
    is_list = tag.has_value();
    if (!is_list) break;
    if (const auto version = version_in(*tag)) versions.push_back(*version);
  }
  if (!is_list) {
    return invalid_field("If-Match",
                         "must be a version as ETag gives it, such as \"3\", a list of these, or *");
  }
  return links::WantedVersions{std::move(versions)};
}

void add_etag(std::int64_t version, http::Response& response) {
  response.add_header("ETag", fmt::format("\"{}\"", version));
}

}  // namespace curt::api
