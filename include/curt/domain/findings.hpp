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
    for (FieldError& field : checked.error().fields) fields_.push_back(std::move(field));
    return std::nullopt;
  }

  void add(std::string field, std::string message) {
    fields_.push_back({std::move(field), std::move(message)});
  }

  [[nodiscard]] bool any() const noexcept { return !fields_.empty(); }

  [[nodiscard]] Error to_error() { return invalid_fields(std::move(fields_)); }

 private:
  std::vector<FieldError> fields_;
};

}  // namespace curt
