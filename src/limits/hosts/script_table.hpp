#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace curt::limits {

/// Some scripts, each a bit.
using Scripts = std::bitset<256>;

/// In which scripts characters are written, and which ASCII character one looks like. Immutable.
class ScriptTable {
 public:
  /// That of Unicode, which is built in. It is read at the first call.
  [[nodiscard]] static const ScriptTable& unicode();

  /// Reads the two tables as data/scripts.txt and data/confusables.txt have them.
  ScriptTable(std::string_view scripts, std::string_view confusables);

  /// The scripts that the character belongs to; all for one that goes with any.
  [[nodiscard]] Scripts scripts_of(char32_t character) const noexcept;

  /// The bit of a script by its code of ISO 15924; none where no character has it.
  [[nodiscard]] Scripts script(std::string_view code) const noexcept;

  /// The character of ASCII that this one looks like; nothing if there is none.
  [[nodiscard]] std::optional<char> ascii_look_of(char32_t character) const noexcept;

 private:
  struct Range {
    char32_t first = 0;
    char32_t last = 0;
    Scripts scripts;
  };
  struct Look {
    char32_t character;
    char ascii;
  };

  std::size_t number_of(std::string_view code);

  std::vector<std::string_view> codes_;  ///< of the scripts, by their bits; in the text that was read
  std::vector<Range> ranges_;            ///< in order
  std::vector<Look> looks_;              ///< in order
};

}  // namespace curt::limits
