#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "curt/base/async.hpp"

#include "flows/clock.hpp"
#include "flows/steps.hpp"
#include "flows/wire/answers.hpp"

namespace flows {

namespace net = boost::asio;
using curt::awaitable;
using curt::use_awaitable;

/// A client's connection, one exchange after the other. It connects when it is not connected.
/// `give_up_overdue` has to be called now and then, as no exchange has a timer of its own. For one thread.
class Connection {
 public:
  Connection(net::io_context& context, net::ip::tcp::endpoint server, std::chrono::milliseconds timeout)
      : socket_{context}, server_{std::move(server)}, timeout_{timeout} {}

  /// Sends a request, which has to live until this ends, and reads its answer. After a fault, and after an
  /// answer that ends the connection, there is none.
  awaitable<Fault> exchange(std::string_view request);
  /// What the last exchange brought, where it ended without a fault; until the next one.
  [[nodiscard]] Answer answer() const;
  [[nodiscard]] std::size_t received() const noexcept { return received_; }
  /// Whether the last exchange failed since the server had closed a connection that it had answered on
  /// before, without a byte of this answer: then an idempotent request may be sent again (RFC 9112,
  /// section 9.3.1), once.
  [[nodiscard]] bool was_stale() const noexcept { return stale_; }
  void close();
  void give_up_overdue(Clock::time_point now);

 private:
  using Socket = net::basic_stream_socket<net::ip::tcp, curt::Executor>;
  using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

  awaitable<Fault> connect();
  awaitable<Fault> write(std::string_view request);
  awaitable<Fault> read();
  [[nodiscard]] Fault fault_of(const boost::system::error_code& error) const;
  [[nodiscard]] Fault take_end(const boost::system::error_code& error);

  Socket socket_;
  net::ip::tcp::endpoint server_;
  std::chrono::milliseconds timeout_;
  std::optional<Parser> parser_;
  boost::beast::flat_static_buffer<16'384> buffer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::size_t received_ = 0;
  std::size_t answered_ = 0;  // on this connection
  bool ended_ = false;        // by its last answer
  bool overdue_ = false;
  bool stale_ = false;
};

}  // namespace flows
