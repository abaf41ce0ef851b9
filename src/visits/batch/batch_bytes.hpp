#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "curt/visits/batch/batch.hpp"

// How numbers and texts of an encoded batch are written as bytes.

namespace curt::visits {

/// The first byte of what is encoded, which is also the version.
enum class BatchPart : std::uint8_t { counts = 0x11, details = 0x12 };

/// Seven bits per byte, the lowest first.
void put_number(std::string& out, std::uint64_t number);

/// Small negative numbers are short too.
void put_signed(std::string& out, std::int64_t number);

void put_text(std::string& out, std::string_view text);

/// Part and id, which every encoded text begins with.
void put_begin(std::string& out, BatchPart part, const BatchId& id);

/// The checksum over everything so far.
void put_checksum(std::string& out);

/// Reads them back. After the first byte that the functions above do not write, everything is zero and ok()
/// false; never reads past the end.
class BatchReader {
 public:
  /// Checks the checksum.
  explicit BatchReader(std::string_view bytes);

  std::uint64_t number();
  /// A number of at most `most`.
  std::uint64_t number(std::uint64_t most);
  std::int64_t signed_number();
  std::string_view text(std::size_t most);
  BatchId begin(BatchPart part);

  void fail() noexcept;
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  /// Everything was read, and all was well.
  [[nodiscard]] bool done() const noexcept { return ok_ && rest_.empty(); }
  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

 private:
  std::string_view bytes(std::size_t count);

  std::string_view rest_;
  bool ok_;
};

}  // namespace curt::visits
