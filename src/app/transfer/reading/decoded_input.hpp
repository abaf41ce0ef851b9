#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/transfer/reading/bytes/byte_source.hpp"

namespace curt::app {

/// The text of a file or pipe as UTF-8, whatever it is written in: plain, gzip (any number of members), zstd
/// (any number of frames, windows up to 128 MiB); UTF-8 or UTF-16, with a byte order mark or without. A mark
/// is left out. What is not text, such as a ZIP archive, is a failure that says what it is.
///
/// Invalid UTF-8 is passed on as it is, and an unpaired surrogate of UTF-16 becomes invalid UTF-8: the record
/// that holds it is to be rejected, not the file.
///
/// Uses bounded memory, whatever a compressed file grows to. Gives what a pipe has as soon as it is there.
/// Blocks. For one thread.
class DecodedInput {
 public:
  /// The most bytes for which peek() can be asked.
  static constexpr std::size_t kMostPeeked = std::size_t{128} * 1024;

  /// `in` must outlive this, which has its buffer to itself. Nothing is read before it is asked for.
  explicit DecodedInput(std::istream& in);
  ~DecodedInput();
  DecodedInput(const DecodedInput&) = delete;
  DecodedInput& operator=(const DecodedInput&) = delete;

  /// All the text that is there, at least `count` bytes of it: less only where the text ends before that, or
  /// where reading fails. Consumes nothing. Waits for `count` bytes of a pipe, as long as it takes.
  [[nodiscard]] std::string_view peek(std::size_t count);

  /// The text that is there and not yet consumed. Waits for more where there is none; empty only at the end
  /// of the text, or when reading failed. Valid until the next call of peek() or available().
  [[nodiscard]] std::string_view available() { return peek(1); }

  /// Steps over the first `count` bytes of what available() gave. The rest of that view stays valid.
  void consume(std::size_t count) noexcept;

  /// Bytes of the original file that have been used up, for comparing with its size: all of them once the
  /// text is consumed. What is decoded ahead counts, of plain text only what was consumed.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept;

  /// Why reading failed, in words that can follow "cannot be read: ", such as "the gzip data ends in the
  /// middle"; empty if it did not. Known as soon as the fault is met: the text before it can still be
  /// consumed, and its last line may be cut off.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 private:
  bool fill(std::size_t wanted);
  void choose_source();

  std::unique_ptr<ByteSource> source_;
  bool chosen_ = false;  ///< whether source_ gives the text, no longer the bytes of the file
  bool ended_ = false;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< of the text in the buffer
  std::size_t end_ = 0;
  std::string failure_;
};

}  // namespace curt::app
