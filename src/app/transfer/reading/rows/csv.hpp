#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/error.hpp"

namespace curt::app {

/// How a table is written, beside what RFC 4180 says.
struct CsvDialect {
  char separator = ',';
  bool backslashes =
      false;  ///< inside quotes a backslash stands before a quote or a backslash, as MySQL writes it
  /// Outside quotes a backslash escapes what follows, and \N alone is an empty field, as MySQL's OUTFILE and
  /// Postgres's COPY write tables with tabs. Before anything but kEscaped it stays as it is.
  bool escapes = false;

  friend bool operator==(const CsvDialect&, const CsvDialect&) = default;
};

/// What a backslash escapes, beside the N of a NULL.
inline constexpr std::string_view kEscaped = "tnrbfv0Z\\\t\n";

/// The line without the CR that may end it.
[[nodiscard]] inline std::string_view without_cr(std::string_view line) noexcept {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The fields of a row. Blanks around a field do not belong to it, those inside quotes do. An error, of the
/// field "line", says what is wrong with the quotes.
[[nodiscard]] result<std::vector<std::string>> split_row(std::string_view row, const CsvDialect& dialect);

/// Where a row ends that begins here.
struct RowEnd {
  std::size_t size = 0;  ///< bytes of the row without its line end
  enum class Kind {
    line_end,  ///< a line end follows, or the text ends
    open,      ///< a quoted field goes on after the text
    torn,      ///< the quotes are not those of a table: the row is its first line
  };
  Kind kind = Kind::line_end;

  friend bool operator==(const RowEnd&, const RowEnd&) = default;
};
[[nodiscard]] RowEnd find_row_end(std::string_view text, const CsvDialect& dialect);

}  // namespace curt::app
