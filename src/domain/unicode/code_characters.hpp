#pragma once

#include <string_view>
#include <vector>

namespace curt::unicode {

/// What a character beyond ASCII is to a code.
enum class CharacterKind : unsigned char {
  unfit,      ///< none of the others: punctuation, a symbol, a character that the table does not know
  invisible,  ///< shown as nothing, so that two codes would look alike
  letter,
  mark,  ///< joins the character before it
  digit,
};

/// Which characters beyond ASCII codes may have: letters, marks and decimal digits of the version of Unicode
/// that data/code_characters.txt names. This is a table of ours so that every release of curt on every system
/// has one opinion on a code that is stored; it only ever grows. Immutable.
class CodeCharacters {
 public:
  /// The table that is built in. It is read at the first call.
  [[nodiscard]] static const CodeCharacters& built_in();

  /// Reads the table as data/code_characters.txt has it.
  explicit CodeCharacters(std::string_view table);

  [[nodiscard]] CharacterKind kind_of(char32_t character) const noexcept;

 private:
  struct Range {
    char32_t first;
    char32_t last;
    CharacterKind kind;
  };

  std::vector<Range> ranges_;  ///< in order
};

}  // namespace curt::unicode
