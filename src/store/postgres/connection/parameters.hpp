#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>

#include "curt/base/timestamp.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/domain/short_code.hpp"

namespace curt::store::postgres {

// Values in the text form that parameters have.

[[nodiscard]] inline std::string text_of(const ShortCode& code) { return std::string{code.view()}; }

[[nodiscard]] inline std::string text_of(const KeyId& id) { return std::string{id.view()}; }

template <std::same_as<bool> Flag>
[[nodiscard]] std::string text_of(Flag flag) {
  return flag ? "t" : "f";
}

[[nodiscard]] inline std::string text_of(std::int64_t number) { return std::to_string(number); }

[[nodiscard]] inline std::string text_of(Timestamp time) { return text_of(time.time_since_epoch().count()); }

template <class T>
[[nodiscard]] std::optional<std::string> text_of(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return text_of(*value);
}

}  // namespace curt::store::postgres
