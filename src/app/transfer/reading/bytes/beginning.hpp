#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "app/transfer/reading/bytes/byte_source.hpp"

namespace curt::app {

/// What bytes are, by how they begin.
enum class ByteForm { undecided, utf8, utf16_little, utf16_big, gzip, zstd, other };

/// A judgement on the first bytes.
struct Beginning {
  ByteForm form = ByteForm::undecided;
  std::size_t mark = 0;  ///< bytes of the byte order mark before the text
  std::string what{};    ///< what they are, where they are no text: "a tar archive: unpack it"
};

/// How many bytes settle what they are.
inline constexpr std::size_t kBeginning = 512;

/// Judges by the signatures of files, by byte order marks, and by where ASCII text in UTF-16 has its zero
/// bytes. Undecided only where more than `head` must be known; never where `head` is all there is, or has
/// kBeginning bytes. The judgement on a head holds for every longer one, so that it does not depend on the
/// pieces in which a pipe gives them.
[[nodiscard]] Beginning judge_beginning(std::string_view head, bool is_all);

/// Bytes whose beginning has been looked at before they are read.
class PeekedBytes final : public ByteSource {
 public:
  explicit PeekedBytes(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)) {}

  /// Looks at as many bytes as it takes, and steps over a byte order mark. To be called before the first
  /// read().
  [[nodiscard]] Beginning judge();

  [[nodiscard]] std::size_t read(std::span<char> into) override;
  [[nodiscard]] std::uint64_t used(std::size_t pending) const noexcept override {
    return bytes_->used(pending + rest_.size());
  }
  [[nodiscard]] const std::string& failure() const noexcept override { return bytes_->failure(); }

 private:
  std::unique_ptr<ByteSource> bytes_;
  std::string head_;
  std::string_view rest_;  ///< what is left of head_
};

}  // namespace curt::app
