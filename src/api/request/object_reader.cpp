#include "api/request/object_reader.hpp"

#include <utility>

#include "api/request/flat_object.hpp"

namespace curt::api {
namespace {

using nlohmann::json;

/// An answer must not be many times its request.
constexpr std::size_t kMaxErrors = 20;

}  // namespace

result<ObjectReader> ObjectReader::parse(std::string_view body) {
  auto object = parse_flat_object(body);
  if (!object) return object.error();
  return ObjectReader{nlohmann::json(*std::move(object))};
}

const json* ObjectReader::value(const char* field) {
  known_.insert(field);
  const auto found = object_.find(field);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool ObjectReader::is_null(const char* field) const {
  const auto found = object_.find(field);
  return found != object_.end() && found->is_null();
}

void ObjectReader::wrong(const char* field, std::string message) {
  errors_.push_back({field, std::move(message)});
}

void ObjectReader::read(const char* field, std::string& out) {
  std::optional<std::string> text;
  read(field, text);
  if (text) out = std::move(*text);
}

void ObjectReader::read(const char* field, std::optional<std::string>& out) {
  const json* found = value(field);
  if (found == nullptr) return;
  if (!found->is_string()) return wrong(field, "must be a string");
  out = found->get<std::string>();
}

void ObjectReader::read(const char* field, std::optional<std::int64_t>& out) {
  const json* found = value(field);
  if (found == nullptr) return;
  const bool fits =
      found->is_number_integer() && !(found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX);
  if (!fits) return wrong(field, "must be an integer");
  out = found->get<std::int64_t>();
}

void ObjectReader::read(const char* field, bool& out) {
  std::optional<bool> value;
  read(field, value);
  if (value) out = *value;
}

void ObjectReader::read(const char* field, std::optional<bool>& out) {
  const json* found = value(field);
  if (found == nullptr) return;
  if (!found->is_boolean()) return wrong(field, "must be true or false");
  out = found->get<bool>();
}

void ObjectReader::read(const char* field, std::vector<std::string>& out) {
  const json* found = value(field);
  if (found == nullptr) return;
  if (!found->is_array()) return wrong(field, "must be an array of strings");
  for (const json& element : *found) {
    if (!element.is_string()) return wrong(field, "must be an array of strings");
    out.push_back(element.get<std::string>());
  }
}

void ObjectReader::read(const char* field, std::optional<std::vector<std::string>>& out) {
  if (is_null(field) || value(field) != nullptr) out.emplace();
  if (out) read(field, *out);
}

void ObjectReader::read(const char* field, std::optional<Timestamp>& out) {
  const json* found = value(field);
  if (found == nullptr) return;
  const auto time = found->is_string() ? parse_rfc3339(found->get_ref<const std::string&>()) : std::nullopt;
  if (!time) return wrong(field, "must be an RFC 3339 date-time such as 2027-01-31T12:00:00Z");
  out = time;
}

void ObjectReader::read(const char* field, std::optional<std::optional<std::string>>& out) {
  if (is_null(field) || value(field) != nullptr) out.emplace();
  if (out) read(field, *out);
}

void ObjectReader::read(const char* field, std::optional<std::optional<std::int64_t>>& out) {
  if (is_null(field) || value(field) != nullptr) out.emplace();
  if (out) read(field, *out);
}

void ObjectReader::read(const char* field, std::optional<std::optional<Timestamp>>& out) {
  if (is_null(field) || value(field) != nullptr) out.emplace();
  if (out) read(field, *out);
}

void ObjectReader::require(const char* field) {
  if (value(field) == nullptr) wrong(field, "is missing");
}

void ObjectReader::refuse(const char* field, std::string why) {
  if (value(field) != nullptr) wrong(field, std::move(why));
}

void ObjectReader::refuse_null(const char* field) {
  if (is_null(field)) wrong(field, "must not be null");
}

void ObjectReader::ignore(const char* field) { known_.insert(field); }

result<void> ObjectReader::finish() {
  for (const auto& [field, unused] : object_.items()) {
    if (errors_.size() >= kMaxErrors) break;
    if (!known_.contains(field)) errors_.push_back({quotable(field), "is not a known field"});
  }
  if (errors_.empty()) return {};
  return invalid_fields(std::move(errors_));
}

}  // namespace curt::api
