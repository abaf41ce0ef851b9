#include "visits/batch/batch_bytes.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <xxhash.h>

namespace curt::visits {
namespace {

constexpr std::size_t kChecksumBytes = 8;

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace

void put_number(std::string& out, std::uint64_t number) {
  if (number < 0x80) {
    out.push_back(static_cast<char>(number));
    return;
  }
  std::array<char, 10> bytes{};
  std::size_t size = 0;
  for (; number >= 0x80; number >>= 7U) bytes[size++] = static_cast<char>(number | 0x80U);
  bytes[size++] = static_cast<char>(number);
  out.append(bytes.data(), size);
}

void put_signed(std::string& out, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  put_number(out, number < 0 ? ~(bits << 1U) : bits << 1U);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out.append(text);
}

void put_begin(std::string& out, BatchPart part, const BatchId& id) {
  out.push_back(static_cast<char>(part));
  for (const std::uint8_t byte : id.epoch.bytes) out.push_back(static_cast<char>(byte));
  put_number(out, id.ring);
  put_number(out, id.first);
  put_number(out, id.positions);
}

void put_checksum(std::string& out) {
  const std::uint64_t sum = checksum(out);
  for (unsigned bit = 0; bit < 64; bit += 8) out.push_back(static_cast<char>(sum >> bit));
}

BatchReader::BatchReader(std::string_view bytes) : ok_(bytes.size() > kChecksumBytes) {
  if (!ok_) return;
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kChecksumBytes; ++i) {
    sum |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[body.size() + i])) << 8 * i;
  }
  ok_ = sum == checksum(body);
  if (ok_) rest_ = body;
}

void BatchReader::fail() noexcept {
  ok_ = false;
  rest_ = {};
}

std::uint64_t BatchReader::number() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) break;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte >= 0x80) continue;
    // Each number has one form, and no bit is lost.
    if ((byte == 0 && shift > 0) || (shift == 63 && byte > 1)) break;
    return number;
  }
  fail();
  return 0;
}

std::uint64_t BatchReader::number(std::uint64_t most) {
  const std::uint64_t value = number();
  if (value <= most) return value;
  fail();
  return 0;
}

std::int64_t BatchReader::signed_number() {
  const std::uint64_t bits = number();
  const std::uint64_t half = bits >> 1U;
  return static_cast<std::int64_t>((bits & 1U) != 0 ? ~half : half);
}

std::string_view BatchReader::bytes(std::size_t count) {
  if (count > rest_.size()) fail();
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(taken.size());
  return taken;
}

std::string_view BatchReader::text(std::size_t most) { return bytes(number(most)); }

BatchId BatchReader::begin(BatchPart part) {
  BatchId id;
  const std::string_view first = bytes(1);
  if (first.empty() || static_cast<std::uint8_t>(first.front()) != static_cast<std::uint8_t>(part)) fail();
  const std::string_view epoch = bytes(id.epoch.bytes.size());
  std::copy(epoch.begin(), epoch.end(), id.epoch.bytes.begin());
  id.ring = static_cast<std::uint16_t>(number(std::numeric_limits<std::uint16_t>::max()));
  id.first = number();
  id.positions = static_cast<std::uint32_t>(number(std::numeric_limits<std::uint32_t>::max()));
  return id;
}

}  // namespace curt::visits
