#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "app/transfer/reading/bytes/byte_source.hpp"

struct ZSTD_DCtx_s;

namespace curt::app {

/// What zstd data decompresses to: any number of frames one after another (RFC 8878), windows of up to 128
/// MiB. libzstd itself, because Boost.Iostreams 1.81 takes data that was cut off for complete.
class ZstdBytes final : public ByteSource {
 public:
  explicit ZstdBytes(std::unique_ptr<ByteSource> packed);

  [[nodiscard]] std::size_t read(std::span<char> into) override;
  [[nodiscard]] std::uint64_t used(std::size_t) const noexcept override {
    return packed_->used(rest_.size());
  }
  [[nodiscard]] const std::string& failure() const noexcept override { return failure_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };

  bool refill();
  std::size_t decompress_into(std::span<char> into);

  std::unique_ptr<ByteSource> packed_;
  std::vector<char> buffer_;
  std::string_view rest_;  ///< what is left of the buffer
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  bool in_frame_ = false;
  std::string failure_;
};

}  // namespace curt::app
