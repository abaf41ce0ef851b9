#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "app/transfer/reading/bytes/byte_source.hpp"

struct z_stream_s;  // NOLINT(readability-identifier-naming): of zlib

namespace curt::app {

/// What gzip data decompresses to: any number of members one after another (RFC 1952, section 2.2), and zero
/// bytes after them, as tapes have them. zlib itself, because Boost.Iostreams waits for full buffers and does
/// not say what is wrong.
class GzipBytes final : public ByteSource {
 public:
  explicit GzipBytes(std::unique_ptr<ByteSource> packed);
  ~GzipBytes() override;

  [[nodiscard]] std::size_t read(std::span<char> into) override;
  [[nodiscard]] std::uint64_t used(std::size_t) const noexcept override {
    return packed_->used(rest_.size());
  }
  [[nodiscard]] const std::string& failure() const noexcept override { return failure_; }

 private:
  bool refill();
  bool begin_member();
  std::size_t inflate_into(std::span<char> into);
  void fail(int status, std::string_view why);

  std::unique_ptr<ByteSource> packed_;
  std::vector<char> buffer_;
  std::string_view rest_;  ///< what is left of the buffer
  std::unique_ptr<z_stream_s> stream_;
  bool in_member_ = true;
  bool is_first_ = true;
  std::string failure_;
};

}  // namespace curt::app
