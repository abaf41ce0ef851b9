#include "visits/batch/client_network.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>

namespace curt::visits {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Writes the network of the IPv4 address; 0 if the text is none.
std::size_t network_v4(const char* address, std::array<char, 46>& out) {
  std::array<std::uint8_t, 4> bytes{};
  if (::inet_pton(AF_INET, address, bytes.data()) != 1) return 0;
  const auto kept =
      static_cast<std::size_t>(std::strrchr(address, '.') + 1 - address);  // it has one form only
  std::memcpy(out.data(), address, kept);
  out[kept] = '0';
  return kept + 1;
}

std::size_t network_v6(char* address, std::array<char, 46>& out) {
  if (char* zone = std::strchr(address, '%'); zone != nullptr) *zone = '\0';
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET6, address, bytes.data()) != 1) return 0;
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    bytes[15] = 0;
    ::inet_ntop(AF_INET, &bytes[12], out.data(), static_cast<socklen_t>(out.size()));
  } else {
    // 6to4 (RFC 3056) has an IPv4 address in 16 + 32 bits, of which 24 are kept as of any other.
    const bool has_v4 = bytes[0] == 0x20 && bytes[1] == 0x02;
    std::fill(bytes.begin() + (has_v4 ? 5 : 6), bytes.end(), std::uint8_t{0});
    ::inet_ntop(AF_INET6, bytes.data(), out.data(), static_cast<socklen_t>(out.size()));
  }
  return std::strlen(out.data());
}

}  // namespace

std::string_view ClientNetwork::of(std::string_view address) {
  if (keep_ == VisitIp::none || address.empty() || address.size() > kMost) return {};
  if (address != std::string_view{address_.data(), address_size_}) {
    address_size_ = address.copy(address_.data(), kMost);
    std::array<char, kMost + 1> text{};
    address.copy(text.data(), kMost);
    network_size_ = network_v4(text.data(), network_);
    if (network_size_ == 0) network_size_ = network_v6(text.data(), network_);
  }
  return {network_.data(), network_size_};
}

}  // namespace curt::visits
