#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "curt/base/async.hpp"

namespace curt::test {

/// A port of 127.0.0.1 that leads to another one, as that of a load balancer does: each connection for as
/// long as both ends keep it. Thread-safe.
class Relay {
 public:
  explicit Relay(std::uint16_t to);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// New connections lead to this port from now on; those that are there stay.
  void lead_to(std::uint16_t to) noexcept { to_ = to; }

 private:
  net::io_context context_{1};
  std::atomic<std::uint16_t> to_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace curt::test
