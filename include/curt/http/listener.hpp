#pragma once

#include <cstddef>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "curt/base/async.hpp"
#include "curt/base/logged_outage.hpp"
#include "curt/domain/error.hpp"
#include "curt/http/core.hpp"

namespace curt::http {

/// Accepts one core's share of the connections to one address.
class Listener {
 public:
  explicit Listener(Core& core);

  /// Binds with SO_REUSEPORT and listens; `endpoint` gets the port that was chosen for 0. The first listener
  /// of an address asks for it exclusively before, so that a second curt on the port is an error and not a
  /// silent sharer.
  result<void> open(net::ip::tcp::endpoint& endpoint, bool first);

  /// Accepts until close().
  void start();

  /// Lets the kernel drop what asks for a new connection from now on, as if it had been lost on the way: the
  /// client asks again a second later, and finds another process here or none. A connection that is half made
  /// is completed. Callable on any thread, after start() and before close().
  void turn_away() noexcept;

  /// Accepts what the kernel has ready, then no more; callable on any thread.
  void close();

 private:
  using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;
  using Timer = net::basic_waitable_timer<SteadyClock, net::wait_traits<SteadyClock>, Executor>;

  awaitable<void> accept();
  void accept_what_waits();
  void take(Socket socket, const net::ip::tcp::endpoint& peer);

  Core& core_;
  Acceptor acceptor_;
  Timer retry_timer_;
  std::size_t refused_ = 0;  ///< clients too many so far
  LoggedOutage outage_{"cannot accept connections", "accepting connections again"};
};

}  // namespace curt::http
