#include "app/transfer/reading/bytes/utf16_bytes.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

namespace curt::app {
namespace {

using Utf8 = boost::locale::utf::utf_traits<char>;
using Utf16 = boost::locale::utf::utf_traits<char16_t>;

constexpr std::size_t kUnits = std::size_t{64} * 1024;  // bytes
constexpr std::size_t kMostOfACharacter = 4;

template <ByteOrder order>
char16_t unit_at(const char* bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  return static_cast<char16_t>(order == ByteOrder::little ? first | second << 8 : first << 8 | second);
}

}  // namespace

Utf16Bytes::Utf16Bytes(std::unique_ptr<ByteSource> units, ByteOrder order)
    : units_(std::move(units)), order_(order), buffer_(kUnits) {}

std::size_t Utf16Bytes::read(std::span<char> into) {
  do {
    const std::size_t count =
        order_ == ByteOrder::little ? convert<ByteOrder::little>(into) : convert<ByteOrder::big>(into);
    if (count > 0) return count;
  } while (refill());
  return 0;
}

bool Utf16Bytes::refill() {
  if (ended_) return false;
  // Half a character at most is left.
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  before_ += begin_;
  end_ -= begin_;
  begin_ = 0;
  const std::size_t count = units_->read(std::span{buffer_}.subspan(end_));
  end_ += count;
  ended_ = count == 0;
  if (ended_) failure_ = units_->failure();
  // An unpaired surrogate may be the last one.
  return !ended_ || end_ > 0;
}

template <ByteOrder order>
std::size_t Utf16Bytes::convert(std::span<char> into) {
  char* out = into.data();
  const char* const full = into.data() + into.size() - kMostOfACharacter;
  while (out <= full && end_ - begin_ >= 2) {
    const char16_t unit = unit_at<order>(buffer_.data() + begin_);
    if (unit < 0x80) {
      *out++ = static_cast<char>(unit);
      begin_ += 2;
      continue;
    }
    if (Utf16::is_first_surrogate(unit)) {
      if (end_ - begin_ < 4 && !ended_) break;
      const char16_t next = end_ - begin_ < 4 ? u'\0' : unit_at<order>(buffer_.data() + begin_ + 2);
      if (Utf16::is_second_surrogate(next)) {
        out = Utf8::encode(Utf16::combine_surrogate(unit, next), out);
        begin_ += 4;
        continue;
      }
    }
    out = Utf8::encode(unit, out);
    begin_ += 2;
  }
  if (ended_ && end_ - begin_ == 1 && failure_.empty()) {
    failure_ = fmt::format("it is not valid UTF-16: it ends in the middle of a character, after byte {}",
                           before_ + end_);
  }
  return static_cast<std::size_t>(out - into.data());
}

}  // namespace curt::app
