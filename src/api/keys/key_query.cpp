#include "api/keys/key_query.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/request/query_parameters.hpp"

namespace curt::api {
namespace {

constexpr std::size_t kMaxPage = 500;

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Reads "1700000000000.0123456789Ab".
std::optional<access::KeyCursor> decode_cursor(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto id = KeyId::parse(text.substr(dot + 1));
  std::int64_t number = 0;
  if (!id || !parse_number(text.substr(0, dot), number)) return std::nullopt;
  return access::KeyCursor{Timestamp{std::chrono::milliseconds{number}}, *id};
}

}  // namespace

std::string encode_cursor(const access::Key& last) {
  return fmt::format("{}.{}", last.created_at.time_since_epoch().count(), last.id.view());
}

result<KeyQuery> parse_key_query(std::string_view query) {
  auto parameters = parse_query(query);
  if (!parameters) return parameters.error();
  KeyQuery asked;
  std::vector<FieldError> errors;
  for (const auto& [name, value] : *parameters) {
    if (name == "limit") {
      if (!parse_number(value, asked.limit) || asked.limit < 1 || asked.limit > kMaxPage) {
        errors.push_back({name, fmt::format("must be a number from 1 to {}", kMaxPage)});
      }
    } else if (name == "cursor") {
      if (value.empty()) continue;
      asked.after = decode_cursor(value);
      if (!asked.after) errors.push_back({name, "is not a next_cursor of this list"});
    } else {
      errors.push_back({name, "is not a known parameter"});
    }
  }
  if (!errors.empty()) return invalid_fields(std::move(errors));
  return asked;
}

}  // namespace curt::api
