#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

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

  /// Connections that were taken so far.
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

  /// Connections are taken, and nothing comes out of the other end: not even that one was closed.
  void stop_passing() noexcept { passes_ = false; }
  void pass_again() noexcept { passes_ = true; }

  /// What comes from now on is handed on so much later, in each direction.
  void delay_by(std::chrono::milliseconds delay) noexcept { delay_ = delay; }

  /// How often something was not handed on at once so far.
  [[nodiscard]] std::size_t held() const noexcept { return held_; }

 private:
  using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;
  using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;
  struct Pair;

  awaitable<void> accept(std::shared_ptr<Acceptor> acceptor);
  awaitable<void> hand_on(std::shared_ptr<Pair> pair, Socket Pair::* from, Socket Pair::* to);
  awaitable<void> hold_up();

  net::io_context context_{1};
  std::atomic<std::uint16_t> to_;
  std::atomic<std::size_t> taken_{0};
  std::atomic<std::size_t> held_{0};
  std::atomic<bool> passes_{true};
  std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds::zero()};
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace curt::test
