#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "curt/visits/batch/visit_ip.hpp"

namespace curt::visits {

/// What is kept of a client's address: the network that it is in, /24 for IPv4 (also where it came mapped
/// into IPv6, RFC 4291 section 2.5.5.2) and /48 for IPv6, as an address whose other bits are zero. Remembers
/// the last one, and allocates nothing. For one thread.
class ClientNetwork {
 public:
  explicit ClientNetwork(VisitIp keep) : keep_(keep) {}

  /// Empty where nothing is to be kept or the text is no address. Lives until the next call.
  [[nodiscard]] std::string_view of(std::string_view address);

 private:
  static constexpr std::size_t kMost = 46;

  VisitIp keep_;
  std::array<char, kMost> address_{};
  std::size_t address_size_ = 0;
  std::array<char, kMost> network_{};
  std::size_t network_size_ = 0;
};

}  // namespace curt::visits
