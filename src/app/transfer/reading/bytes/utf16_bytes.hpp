#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "app/transfer/reading/bytes/byte_source.hpp"

namespace curt::app {

/// The order of the two bytes of a unit of UTF-16.
enum class ByteOrder { little, big };

/// UTF-16 as UTF-8. An unpaired surrogate becomes the three bytes that UTF-8 would have for it, which are
/// invalid: what cut a title in the middle of an emoji spoils that record, not the file.
class Utf16Bytes final : public ByteSource {
 public:
  Utf16Bytes(std::unique_ptr<ByteSource> units, ByteOrder order);

  [[nodiscard]] std::size_t read(std::span<char> into) override;
  [[nodiscard]] std::uint64_t used(std::size_t) const noexcept override {
    return units_->used(end_ - begin_);
  }
  [[nodiscard]] const std::string& failure() const noexcept override { return failure_; }

 private:
  bool refill();
  template <ByteOrder order>
  std::size_t convert(std::span<char> into);

  std::unique_ptr<ByteSource> units_;
  ByteOrder order_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< of what is not yet converted
  std::size_t end_ = 0;
  std::uint64_t before_ = 0;  ///< bytes before the buffer
  bool ended_ = false;
  std::string failure_;
};

}  // namespace curt::app
