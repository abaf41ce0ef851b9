#include "app/transfer/reading/bytes/zstd_bytes.hpp"

#include <new>
#include <utility>

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace curt::app {
namespace {

constexpr int kLargestWindow = 27;  // 128 MiB, as the program zstd allows without --long

std::string describe(std::size_t error) {
  switch (ZSTD_getErrorCode(error)) {
    case ZSTD_error_memory_allocation:
      throw std::bad_alloc{};
    case ZSTD_error_frameParameter_windowTooLarge:
      return "the zstd data needs a window of more than 128 MiB: compress it without --long";
    case ZSTD_error_checksum_wrong:
      return "the zstd data is damaged: its checksum does not match";
    case ZSTD_error_dictionary_wrong:
      return "the zstd data needs a dictionary: compress it without one";
    case ZSTD_error_prefix_unknown:
      return "the zstd data is damaged: it is followed by something else";
    default:
      return fmt::format("the zstd data is damaged: {}", ZSTD_getErrorName(error));
  }
}

}  // namespace

ZstdBytes::ZstdBytes(std::unique_ptr<ByteSource> packed)
    : packed_(std::move(packed)), buffer_(ZSTD_DStreamInSize()), context_(ZSTD_createDCtx()) {
  if (!context_) throw std::bad_alloc{};
  ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kLargestWindow);
}

void ZstdBytes::Free::operator()(ZSTD_DCtx_s* context) const noexcept { ZSTD_freeDCtx(context); }

std::size_t ZstdBytes::read(std::span<char> into) {
  while (failure_.empty()) {
    // Before more is read: libzstd may hold what had no room last time.
    if (in_frame_ || !rest_.empty()) {
      if (const std::size_t count = decompress_into(into); count > 0) return count;
      if (!failure_.empty()) break;
    }
    if (rest_.empty() && !refill()) break;
  }
  return 0;
}

bool ZstdBytes::refill() {
  rest_ = {buffer_.data(), packed_->read(buffer_)};
  if (!rest_.empty()) return true;
  failure_ = packed_->failure();
  if (failure_.empty() && in_frame_) failure_ = "the zstd data ends in the middle";
  return false;
}

std::size_t ZstdBytes::decompress_into(std::span<char> into) {
  ZSTD_inBuffer in{rest_.data(), rest_.size(), 0};
  ZSTD_outBuffer out{into.data(), into.size(), 0};
  const std::size_t status = ZSTD_decompressStream(context_.get(), &out, &in);
  if (ZSTD_isError(status) != 0) {
    failure_ = describe(status);
    return out.pos;
  }
  rest_.remove_prefix(in.pos);
  in_frame_ = status != 0;
  return out.pos;
}

}  // namespace curt::app
