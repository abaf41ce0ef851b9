#include "curt/limits/subject.hpp"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#define XXH_INLINE_ALL  // a call costs as much as the hash of a few bytes
#include <xxhash.h>

namespace curt::limits {
namespace {

constexpr std::size_t kIpv4Bytes = 4;
constexpr std::size_t kIpv6Bytes = 16;
constexpr std::size_t kIpv6Counted = 8;

constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

Subject Subject::of_key(const KeyId& key) noexcept {
  Subject subject;
  subject.bytes_[0] = api_key;
  std::ranges::copy(key.view(), subject.bytes_.begin() + 1);
  return subject;
}

Subject Subject::of_client(std::string_view address) noexcept {
  Subject subject;
  address = address.substr(0, address.find('%'));  // a zone means something on one machine only
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.empty() || address.size() >= text.size()) return subject;
  std::memcpy(text.data(), address.data(), address.size());
  std::array<unsigned char, kIpv6Bytes> bytes{};
  unsigned char* const counted = subject.bytes_.data() + 1;
  if (inet_pton(AF_INET, text.data(), bytes.data()) == 1) {
    subject.bytes_[0] = ipv4;
    std::memcpy(counted, bytes.data(), kIpv4Bytes);
  } else if (inet_pton(AF_INET6, text.data(), bytes.data()) == 1) {
    const bool is_mapped = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
    subject.bytes_[0] = is_mapped ? ipv4 : ipv6;
    if (is_mapped) {
      std::memcpy(counted, bytes.data() + kMapped.size(), kIpv4Bytes);
    } else {
      std::memcpy(counted, bytes.data(), kIpv6Counted);
    }
  }
  return subject;
}

std::string Subject::text() const {
  const unsigned char* const counted = bytes_.data() + 1;
  std::array<char, INET6_ADDRSTRLEN> text{};
  std::array<unsigned char, kIpv6Bytes> address{};
  switch (bytes_[0]) {
    case api_key:
      return fmt::format("key:{}", std::string_view{reinterpret_cast<const char*>(counted), KeyId::kLength});
    case ipv4:
      inet_ntop(AF_INET, counted, text.data(), text.size());
      return text.data();
    case ipv6:
      std::memcpy(address.data(), counted, kIpv6Counted);
      inet_ntop(AF_INET6, address.data(), text.data(), text.size());
      return fmt::format("{}/64", text.data());
    default:
      return "unknown";
  }
}

std::uint64_t Subject::hash(std::uint64_t seed) const noexcept {
  return XXH3_64bits_withSeed(bytes_.data(), bytes_.size(), seed);
}

}  // namespace curt::limits
