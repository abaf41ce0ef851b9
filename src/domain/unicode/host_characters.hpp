#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace curt::unicode {

/// What UTS #46 does with a character of a host name.
enum class HostUse : std::uint8_t { disallowed, kept, mapped };

/// A character's direction, as far as the rule for names in two directions tells them apart (RFC 5893,
/// section 2).
enum class Direction : std::uint8_t {
  other,  ///< has no place in such a name
  left_to_right,
  right_to_left,
  arabic_number,
  european_number,
  neutral,
  mark,
};

/// How a letter joins its neighbours (UAX #44, Joining_Type).
enum class Joining : std::uint8_t { none, dual, left, right, transparent };

/// What has to be known of a character that is kept.
struct HostCharacter {
  HostUse use = HostUse::disallowed;
  Direction direction = Direction::other;
  Joining joining = Joining::none;
  bool is_mark = false;
  std::uint8_t combining_class = 0;
};

/// What host names may consist of: the table of UTS #46 and what its rules ask about characters. The version
/// of Unicode is that of data/host_characters.txt, on every system. Immutable.
class HostCharacters {
 public:
  /// The table that is built in. It is read at the first call, which takes a millisecond.
  [[nodiscard]] static const HostCharacters& built_in();

  /// Reads the table as data/host_characters.txt has it.
  explicit HostCharacters(std::string_view table);

  [[nodiscard]] HostCharacter of(char32_t character) const noexcept;

  /// Appends what a mapped character becomes, which may be nothing.
  void append_mapping(char32_t character, std::u32string& text) const;

 private:
  struct Range {
    char32_t first = 0;
    char32_t last = 0;
    std::uint16_t mapping = 0;    ///< where in texts_ that of a range begins
    std::uint8_t length = 0;      ///< of the mapping; the single character of one goes up with the range
    std::uint8_t properties = 0;  ///< where in kinds_
  };

  [[nodiscard]] const Range* range_of(char32_t character) const noexcept;
  std::uint8_t number_of(const HostCharacter& kind);

  std::vector<Range> ranges_;         ///< in order
  std::vector<HostCharacter> kinds_;  ///< the combinations of properties that there are, some hundred
  std::u32string texts_;
};

}  // namespace curt::unicode
