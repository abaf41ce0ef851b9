#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "curt/domain/error.hpp"

namespace curt {

/// Gathers what is wrong, so that the client hears of everything at once.
class Findings {
 public:
  /// The value, or nothing after noting the error.
  template <class T>
  std::optional<T> take(result<T> checked) {
    if (checked) return std::move(*checked);
    is_only_blocked_ = (fields_.empty() || is_only_blocked_) && checked.error().code == ErrorCode::blocked;
    for (FieldError& field : checked.error().fields) fields_.push_back(std::move(field));
    return std::nullopt;
  }

  void add(std::string field, std::string message) {
    is_only_blocked_ = false;
    fields_.push_back({std::move(field), std::move(message)});
  }

  [[nodiscard]] bool any() const noexcept { return !fields_.empty(); }

  /// invalid_value, or blocked where nothing else is wrong.
  [[nodiscard]] Error to_error() {
    Error error = invalid_fields(std::move(fields_));
    if (is_only_blocked_) error.code = ErrorCode::blocked;
    return error;
  }

 private:
  std::vector<FieldError> fields_;
  bool is_only_blocked_ = false;
};

}  // namespace curt
