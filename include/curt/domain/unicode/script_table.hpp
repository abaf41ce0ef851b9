#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace curt::unicode {

/// Some scripts, each a bit.
using Scripts = std::bitset<256>;

/// In which scripts characters are written. Immutable.
class ScriptTable {
 public:
  /// That of Unicode, which is built in. It is read at the first call.
  [[nodiscard]] static const ScriptTable& unicode();

  /// Reads the tables as data/scripts.txt and data/script_names.txt have them. The texts must outlive the
  /// table.
  explicit ScriptTable(std::string_view scripts, std::string_view names = {});

  /// The scripts that the character belongs to; all for one that goes with any.
  [[nodiscard]] Scripts scripts_of(char32_t character) const noexcept;

  /// The same with the writing systems that have the script beside others, so that what is written together
  /// has a bit in common: Japanese, Chinese with Bopomofo, Korean (UTS #39, section 5.1, "augmented script
  /// set").
  [[nodiscard]] Scripts augmented_scripts_of(char32_t character) const noexcept;

  /// The bits of these writing systems.
  [[nodiscard]] Scripts systems() const noexcept;

  /// The bit of a script by its code of ISO 15924; none where no character has it.
  [[nodiscard]] Scripts script(std::string_view code) const noexcept;

  /// The scripts' names in English, such as "Cyrillic or Glagolitic"; of many the first ones.
  [[nodiscard]] std::string names_of(const Scripts& scripts) const;

 private:
  /// Writing systems have no characters of their own, so that the table does not know them.
  static constexpr std::size_t kFirstSystem = 250;
  static constexpr std::size_t kSystems = 3;

  struct Range {
    char32_t first = 0;
    char32_t last = 0;
    Scripts scripts;
  };

  std::size_t number_of(std::string_view code);

  std::vector<std::string_view> codes_;    ///< of the scripts, by their bits
  std::vector<std::string_view> names_;    ///< by their bits, as far as they are known
  std::vector<Range> ranges_;              ///< in order
  std::array<Scripts, kSystems> members_;  ///< the scripts of each writing system
};

}  // namespace curt::unicode
