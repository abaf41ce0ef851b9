#pragma once

#include <cstdint>
#include <optional>

#include "app/transfer/reading/decoded_input.hpp"
#include "app/transfer/reading/rows/csv.hpp"
#include "app/transfer/reading/rows/raw_record.hpp"

namespace curt::app {

/// Reads a text line by line, or row by row of a table, in bounded memory. Lines end with LF or CRLF; the
/// last one need not. A row whose quotes do not close within RawRecord::kMaxSize is its first line alone, so
/// that one stray quote spoils one line. Gives what a pipe has as soon as it is there. Blocks.
class TextRecords {
 public:
  /// `in` must outlive this. With a dialect quoted line breaks belong to the row. A line that begins with "#"
  /// is a record by itself where there are `comments`, whatever quotes it has.
  TextRecords(DecodedInput& in, std::optional<CsvDialect> dialect, bool comments = true)
      : in_(in), dialect_(dialect), comments_(comments) {}

  /// The next record; nothing at the end of the text, or when reading failed.
  [[nodiscard]] std::optional<RawRecord> next();

 private:
  [[nodiscard]] std::optional<RowEnd> look_for_end(std::string_view text, bool whole) const;
  void skip_line();

  DecodedInput& in_;
  std::optional<CsvDialect> dialect_;
  bool comments_;
  std::uint64_t lines_ = 0;  ///< that are used up
};

}  // namespace curt::app
