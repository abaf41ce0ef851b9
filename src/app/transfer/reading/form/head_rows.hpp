#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/transfer/reading/rows/csv.hpp"

namespace curt::app {

/// A row of the text that settles the form.
struct HeadRow {
  std::uint64_t line = 0;
  std::string text;
};

/// The rows of a text under a dialect, without those that are blank or comments. A last one that may go on
/// after the text is left out, unless it is the only one.
[[nodiscard]] std::vector<HeadRow> rows_of(std::string_view head, bool whole,
                                           const std::optional<CsvDialect>& dialect);

/// Whether the row says nothing: blanks, separators and quotes alone, as sheets write empty rows, or "sep=;",
/// by which Excel tells the separator.
[[nodiscard]] bool is_blank(std::string_view row);

/// Whether the line holds no link: blank, or a comment.
[[nodiscard]] bool is_blank_or_comment(std::string_view line);

}  // namespace curt::app
