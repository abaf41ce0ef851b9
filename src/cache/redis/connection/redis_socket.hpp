#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "curt/base/async.hpp"

namespace curt::cache {

using SteadyTimer = net::basic_waitable_timer<std::chrono::steady_clock,
                                              net::wait_traits<std::chrono::steady_clock>, Executor>;

/// A byte stream to a server over TCP or a Unix socket, with TLS or without. Touched only on its executor's
/// thread; one coroutine may read while another one writes. Closing it ends whatever waits for it.
class RedisSocket : public std::enable_shared_from_this<RedisSocket> {
 public:
  using Endpoint = net::generic::stream_protocol::endpoint;

  explicit RedisSocket(const Executor& executor) : socket_(executor), timer_(executor) {}

  awaitable<boost::system::error_code> connect(Endpoint endpoint);

  /// Speaks TLS from now on, with a server that proves to be this host. `context` must outlive the socket.
  awaitable<boost::system::error_code> secure(net::ssl::context& context, std::string host);

  /// The number of bytes read; 0 when the socket has ended, and then `error` says why.
  awaitable<std::size_t> read(std::span<char> space, boost::system::error_code& error);

  /// Writes everything; `bytes` must live until then.
  awaitable<boost::system::error_code> write(std::string_view bytes);

  /// Waits on the socket's one timer. False once the socket is closed.
  awaitable<bool> sleep(std::chrono::steady_clock::duration time);

  /// Closes the socket when this time has passed, unless stay_open() is called earlier. Not together with
  /// sleep().
  void close_after(std::chrono::steady_clock::duration time);
  void stay_open() { timer_.expires_at(std::chrono::steady_clock::time_point::max()); }

  void close() noexcept;
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  /// Whether close_after() closed it.
  [[nodiscard]] bool has_timed_out() const noexcept { return timed_out_; }

 private:
  using Socket = net::basic_stream_socket<net::generic::stream_protocol, Executor>;

  Socket socket_;
  std::optional<net::ssl::stream<Socket&>> tls_;
  SteadyTimer timer_;
  bool closed_ = false;
  bool timed_out_ = false;
};

}  // namespace curt::cache
