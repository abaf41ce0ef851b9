#pragma once

#include <cstdint>

namespace curt::visits {

/// What is kept of a visitor's address.
enum class VisitIp : std::uint8_t {
  truncate,  ///< its network: IPv4 to /24, IPv6 to /48
  none,
};

}  // namespace curt::visits
