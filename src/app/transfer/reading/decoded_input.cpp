#include "app/transfer/reading/decoded_input.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "app/transfer/reading/bytes/beginning.hpp"
#include "app/transfer/reading/bytes/gzip_bytes.hpp"
#include "app/transfer/reading/bytes/stream_bytes.hpp"
#include "app/transfer/reading/bytes/utf16_bytes.hpp"
#include "app/transfer/reading/bytes/zstd_bytes.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kBuffer = 2 * DecodedInput::kMostPeeked;

/// What stands on `bytes`, which begin like this: the text, or what the bytes decompress to. Nothing where
/// they are something else.
std::unique_ptr<ByteSource> stand_on(std::unique_ptr<ByteSource> bytes, ByteForm form) {
  switch (form) {
    case ByteForm::utf8:
      return bytes;
    case ByteForm::utf16_little:
      return std::make_unique<Utf16Bytes>(std::move(bytes), ByteOrder::little);
    case ByteForm::utf16_big:
      return std::make_unique<Utf16Bytes>(std::move(bytes), ByteOrder::big);
    case ByteForm::gzip:
      return std::make_unique<GzipBytes>(std::move(bytes));
    case ByteForm::zstd:
      return std::make_unique<ZstdBytes>(std::move(bytes));
    case ByteForm::undecided:
    case ByteForm::other:
      break;
  }
  return nullptr;
}

bool is_packed(ByteForm form) { return form == ByteForm::gzip || form == ByteForm::zstd; }

}  // namespace

DecodedInput::DecodedInput(std::istream& in) : source_(std::make_unique<StreamBytes>(in)), buffer_(kBuffer) {}

DecodedInput::~DecodedInput() = default;

std::string_view DecodedInput::peek(std::size_t count) {
  const std::size_t wanted = std::min(count, kMostPeeked);
  while (end_ - begin_ < wanted && fill(wanted)) {
  }
  return {buffer_.data() + begin_, end_ - begin_};
}

void DecodedInput::consume(std::size_t count) noexcept { begin_ += std::min(count, end_ - begin_); }

std::uint64_t DecodedInput::bytes_read() const noexcept { return source_->used(end_ - begin_); }

bool DecodedInput::fill(std::size_t wanted) {
  if (ended_) return false;
  if (!chosen_) choose_source();
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (buffer_.size() - begin_ < wanted + ByteSource::kLeastRoom) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t count = failure_.empty() ? source_->read(std::span{buffer_}.subspan(end_)) : 0;
  end_ += count;
  ended_ = count == 0;
  if (failure_.empty()) failure_ = source_->failure();
  return !ended_;
}

void DecodedInput::choose_source() {
  chosen_ = true;
  bool packed = false;
  for (;;) {
    auto peeked = std::make_unique<PeekedBytes>(std::move(source_));
    Beginning beginning = peeked->judge();
    source_ = std::move(peeked);
    if (packed && is_packed(beginning.form)) {
      beginning.what =
          fmt::format("{} data: unpack it once", beginning.form == ByteForm::gzip ? "gzip" : "zstd");
      beginning.form = ByteForm::other;
    }
    if (beginning.form == ByteForm::other) {
      failure_ = fmt::format("{} {}", packed ? "it is compressed, and inside is" : "it is", beginning.what);
      return;
    }
    source_ = stand_on(std::move(source_), beginning.form);
    if (!is_packed(beginning.form)) return;
    packed = true;
  }
}

}  // namespace curt::app
