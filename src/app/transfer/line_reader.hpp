#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace curt::app {

/// One line of a text, without its end.
struct TextLine {
  std::uint64_t number = 0;  ///< counts from 1
  std::string text;
  bool cut = false;  ///< it was longer than LineReader::kMaxLine, and the rest is lost
};

/// Reads a text line by line in bounded memory. Lines end with LF or CRLF; the last one need not. A byte
/// order mark (EF BB BF) at the beginning is left out. Gives what a pipe has as soon as it is there. Blocks.
class LineReader {
 public:
  static constexpr std::size_t kMaxLine = std::size_t{64} * 1024;  ///< bytes

  /// `in` must outlive the reader, which has its buffer to itself.
  explicit LineReader(std::istream& in);

  /// The next line; nothing at the end of the text, or when reading failed.
  [[nodiscard]] std::optional<TextLine> next();

  /// Bytes of the text that have been used up.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }

  /// Why reading failed; empty if it did not.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 private:
  bool fill();

  std::istream& in_;
  std::string buffer_;
  std::string_view rest_;  ///< what is left of the buffer
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::string failure_;
};

}  // namespace curt::app
