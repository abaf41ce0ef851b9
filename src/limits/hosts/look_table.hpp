#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace curt::limits {

/// Which ASCII character a character looks like. Immutable.
class LookTable {
 public:
  /// That of Unicode, which is built in. It is read at the first call.
  [[nodiscard]] static const LookTable& unicode();

  /// Reads the table as data/confusables.txt has it.
  explicit LookTable(std::string_view confusables);

  /// The character of ASCII that this one looks like; nothing if there is none.
  [[nodiscard]] std::optional<char> ascii_look_of(char32_t character) const noexcept;

 private:
  struct Look {
    char32_t character;
    char ascii;
  };

  std::vector<Look> looks_;  ///< in order
};

}  // namespace curt::limits
