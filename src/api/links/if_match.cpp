#include "api/links/if_match.hpp"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace curt::api {

result<std::optional<std::int64_t>> parse_if_match(const http::Request& request) {
  const std::string_view if_match = request.if_match;
  if (!request.has_if_match || if_match == "*") return std::optional<std::int64_t>{};
  std::string_view text = if_match;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc{} || end != text.data() + text.size() || version < 0) {
    return invalid_field("If-Match", "must be a version as ETag gives it, such as \"3\", or *");
  }
  return std::optional{version};
}

void add_etag(std::int64_t version, http::Response& response) {
  response.add_header("ETag", fmt::format("\"{}\"", version));
}

}  // namespace curt::api
