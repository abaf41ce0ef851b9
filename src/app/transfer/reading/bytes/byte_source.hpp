#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace curt::app {

/// Bytes that come one after another. Sources stand on one another: a file, what it decompresses to, the text
/// in that. Blocks. For one thread.
class ByteSource {
 public:
  /// Bytes that read() needs room for, so that no source has to keep half a character.
  static constexpr std::size_t kLeastRoom = 16;

  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Writes what is there into `into`, at most its size, and returns how much that is. Waits for the first
  /// byte, not for the others. 0 at the end, or when reading failed; then there is nothing more.
  [[nodiscard]] virtual std::size_t read(std::span<char> into) = 0;

  /// Bytes of the file that have been used up when all that read() gave is used but the last `pending` bytes.
  /// Where these are not the file's own bytes, they count as used.
  [[nodiscard]] virtual std::uint64_t used(std::size_t pending) const noexcept = 0;

  /// Why reading failed, in words that can follow "cannot be read: "; empty if it did not.
  [[nodiscard]] virtual const std::string& failure() const noexcept = 0;
};

}  // namespace curt::app
