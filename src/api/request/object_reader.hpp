#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"

namespace curt::api {

/// Reads the fields of a JSON object one by one, with their types checked, and gathers what is wrong: for
/// each field that the client may send there is one call, and finish() refuses what is left.
class ObjectReader {
 public:
  /// The object in `body`, or malformed_json.
  [[nodiscard]] static result<ObjectReader> parse(std::string_view body);

  /// Each reads a field into `out`, which stays as it is if the field is absent. Null counts as absent for
  /// the plain types and clears the nullable ones.
  void read(const char* field, std::string& out);
  void read(const char* field, std::optional<std::string>& out);
  void read(const char* field, std::optional<std::int64_t>& out);
  void read(const char* field, bool& out);
  void read(const char* field, std::optional<bool>& out);
  void read(const char* field, std::vector<std::string>& out);
  void read(const char* field, std::optional<std::vector<std::string>>& out);
  void read(const char* field, std::optional<Timestamp>& out);
  void read(const char* field, std::optional<std::optional<std::string>>& out);
  void read(const char* field, std::optional<std::optional<std::int64_t>>& out);
  void read(const char* field, std::optional<std::optional<Timestamp>>& out);

  /// Notes an error if the field is absent or null.
  void require(const char* field);
  /// Notes an error if the field has any value but null.
  void refuse(const char* field, std::string why);
  /// Notes an error if the field is there and null.
  void refuse_null(const char* field);
  /// Accepts the field, whatever its value.
  void ignore(const char* field);

  /// Success, or every error that was found, unknown fields among them.
  [[nodiscard]] result<void> finish();

 private:
  explicit ObjectReader(nlohmann::json object) : object_(std::move(object)) {}

  /// The field's value if it is there and not null; marks it as known.
  const nlohmann::json* value(const char* field);
  [[nodiscard]] bool is_null(const char* field) const;
  void wrong(const char* field, std::string message);

  nlohmann::json object_;
  std::set<std::string, std::less<>> known_;
  std::vector<FieldError> errors_;
};

}  // namespace curt::api
