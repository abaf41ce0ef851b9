#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace curt {

/// Where a code stands in a text that has more than the code, as offsets in bytes.
struct CodeInText {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< of the code without the dots, tildes and underscores after it
  /// After these. A code may end with them, but most of them are a full stop or the markup of the text around
  /// the link.
  std::size_t end_with_dots = 0;
};

/// Finds the code in a text without what surrounds it: at both ends every character that no code has, such as
/// punctuation, quotation marks, brackets, slashes, blanks, symbols, invisible characters and bytes that are
/// no UTF-8, and at the end `.`, `~` and `_` too. A `-` stays, since an address that was broken after one is
/// incomplete rather than decorated. What lies between is not judged. Nothing where nothing is left.
[[nodiscard]] std::optional<CodeInText> code_in_text(std::string_view text);

}  // namespace curt
