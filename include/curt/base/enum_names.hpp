#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string_view>

namespace curt {

/// The names of the values of an enum whose enumerators count from 0 to `Last`. A constant of this type only
/// compiles where each of them has exactly one name.
template <class Enum, Enum Last>
class EnumNames {
 public:
  struct Row {
    Enum value;
    std::string_view name;
  };

  consteval EnumNames(std::initializer_list<Row> rows) {
    if (rows.size() != names_.size()) throw std::logic_error{"an enumerator has no name, or two"};
    for (const Row& row : rows) {
      std::string_view& name = names_.at(static_cast<std::size_t>(row.value));
      if (!name.empty()) throw std::logic_error{"an enumerator has two names"};
      name = row.name;
    }
  }

  /// The value's name; "unknown" for a number that is no enumerator.
  [[nodiscard]] constexpr std::string_view operator[](Enum value) const noexcept {
    const auto index = static_cast<std::size_t>(value);
    return index < names_.size() ? names_[index] : "unknown";
  }

 private:
  std::array<std::string_view, static_cast<std::size_t>(Last) + 1> names_{};
};

}  // namespace curt
