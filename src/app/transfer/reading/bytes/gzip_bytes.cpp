#include "app/transfer/reading/bytes/gzip_bytes.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <zlib.h>

namespace curt::app {
namespace {

constexpr std::size_t kPacked = std::size_t{64} * 1024;
constexpr int kGzipOnly = 15 + 16;  // the largest window, and no other format (zlib.h: inflateInit2)

}  // namespace

GzipBytes::GzipBytes(std::unique_ptr<ByteSource> packed)
    : packed_(std::move(packed)), buffer_(kPacked), stream_(std::make_unique<z_stream_s>()) {
  if (inflateInit2(stream_.get(), kGzipOnly) != Z_OK) throw std::bad_alloc{};
}

GzipBytes::~GzipBytes() { inflateEnd(stream_.get()); }

std::size_t GzipBytes::read(std::span<char> into) {
  while (failure_.empty()) {
    if (in_member_) {
      // Before more is read: zlib may hold what had no room last time.
      if (const std::size_t count = inflate_into(into); count > 0) return count;
      if (!failure_.empty()) break;
    }
    if (rest_.empty() && !refill()) break;
    if (!in_member_ && !begin_member()) break;
  }
  return 0;
}

bool GzipBytes::refill() {
  rest_ = {buffer_.data(), packed_->read(buffer_)};
  if (!rest_.empty()) return true;
  failure_ = packed_->failure();
  if (failure_.empty() && in_member_) failure_ = "the gzip data ends in the middle";
  return false;
}

bool GzipBytes::begin_member() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of('\0'), rest_.size()));
  if (rest_.empty()) return true;
  is_first_ = false;
  in_member_ = inflateReset(stream_.get()) == Z_OK;
  return in_member_;
}

std::size_t GzipBytes::inflate_into(std::span<char> into) {
  z_stream_s& stream = *stream_;
  // zlib does not write to its input; its interface is older than const.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(rest_.data()));
  stream.avail_in = static_cast<uInt>(rest_.size());
  stream.next_out = reinterpret_cast<Bytef*>(into.data());
  const auto room = static_cast<uInt>(std::min<std::size_t>(into.size(), std::numeric_limits<uInt>::max()));
  stream.avail_out = room;
  const int status = ::inflate(&stream, Z_NO_FLUSH);
  rest_.remove_prefix(rest_.size() - stream.avail_in);
  if (status == Z_STREAM_END) {
    in_member_ = false;
  } else if (status != Z_OK && status != Z_BUF_ERROR) {
    fail(status, stream.msg != nullptr ? stream.msg : zError(status));
  }
  return room - stream.avail_out;
}

void GzipBytes::fail(int status, std::string_view why) {
  if (status == Z_MEM_ERROR) throw std::bad_alloc{};
  if (why == "incorrect data check" || why == "incorrect length check" || why == "header crc mismatch") {
    why = "its checksum does not match";
  } else if (why == "incorrect header check" && !is_first_) {
    why = "it is followed by something else";
  }
  failure_ = fmt::format("the gzip data is damaged: {}", why);
}

}  // namespace curt::app
