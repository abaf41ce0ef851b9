#include "curt/http/listener.hpp"

#include <array>
#include <cstdint>
#include <exception>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "curt/base/end_process_if_failed.hpp"
#include "curt/http/retry_after.hpp"

namespace curt::http {
namespace {

using boost::system::error_code;
using ReusePort = net::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using MaxUnsent = net::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;

/// The kernel takes no more than this of an answer ahead of what it can send, where it would take megabytes
/// for a client that reads nothing (tcp(7)). Connections have it from the socket that accepts them.
constexpr int kMaxUnsent = 64 * 1024;

/// How long to wait when the process is out of file descriptors or memory.
constexpr auto kRetry = std::chrono::milliseconds{100};

// The answer for a client too many stands ready; between the two parts comes one of the seconds.
constexpr std::string_view kTooManyConnections =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: ";
constexpr std::string_view kSeconds = "123";  // in turn, as add_retry_after() spreads clients
static_assert(kSeconds.size() == kRetrySpread);
constexpr std::string_view kTooManyConnectionsBody =
    "\r\nContent-Type: application/problem+json\r\nContent-Length: 135\r\n\r\n"
    "{\"type\":\"urn:curt:problem:overloaded\",\"title\":\"Service Unavailable\",\"status\":503,"
    "\"code\":\"overloaded\",\"detail\":\"Too many connections.\"}\n";

std::string to_text(const net::ip::tcp::endpoint& endpoint) {
  std::ostringstream out;
  out << endpoint;
  return std::move(out).str();
}

Error cannot_listen(const net::ip::tcp::endpoint& endpoint, const error_code& error) {
  std::string hint;
  if (error == net::error::address_in_use) hint = "; another process listens there";
  if (error == net::error::access_denied) hint = "; ports below 1024 need a privilege";
  return {ErrorCode::unavailable,
          fmt::format("cannot listen on {}: {}{}", to_text(endpoint), error.message(), hint)};
}

void open_and_bind(auto& acceptor, const net::ip::tcp::endpoint& endpoint, bool share, error_code& error) {
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(net::socket_base::reuse_address(true), error);
  if (!error && share) acceptor.set_option(ReusePort(true), error);
  if (!error && endpoint.protocol() == net::ip::tcp::v6()) acceptor.set_option(net::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
}

}  // namespace

Listener::Listener(Core& core) : core_(core), acceptor_(core.context()), retry_timer_(core.context()) {}

result<void> Listener::open(net::ip::tcp::endpoint& endpoint, bool first) {
  error_code error;
  if (first && endpoint.port() != 0) {
    Acceptor probe{core_.context()};
    open_and_bind(probe, endpoint, false, error);
    if (error) return cannot_listen(endpoint, error);
  }
  open_and_bind(acceptor_, endpoint, true, error);
  if (!error) acceptor_.set_option(MaxUnsent(kMaxUnsent), error);
  if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
  if (error) return cannot_listen(endpoint, error);
  endpoint = acceptor_.local_endpoint(error);
  return {};
}

void Listener::start() {
  core_.enter_listener();
  net::co_spawn(core_.context().get_executor(), accept(), end_process_if_failed);
}

void Listener::turn_away() noexcept {
  // A packet that asks for a connection has the flag SYN, in the 14th byte of its TCP header; no other that
  // comes to a listener has it.
  constexpr std::uint32_t kFlags = 13;
  constexpr std::uint32_t kSyn = 0x02;
  constexpr std::uint32_t kAll = 0xffffffff;
  std::array<sock_filter, 4> program{{{BPF_LD | BPF_B | BPF_ABS, 0, 0, kFlags},
                                      {BPF_JMP | BPF_JSET | BPF_K, 0, 1, kSyn},
                                      {BPF_RET | BPF_K, 0, 0, 0},
                                      {BPF_RET | BPF_K, 0, 0, kAll}}};
  const sock_fprog filter{program.size(), program.data()};
  // Where this is not allowed, as newer kernels want CAP_NET_ADMIN for it, a connection that comes in the
  // last moment may be reset.
  static_cast<void>(
      ::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
}

void Listener::accept_what_waits() {
  error_code error;
  acceptor_.non_blocking(true, error);
  for (int left = net::socket_base::max_listen_connections; left > 0; --left) {
    Socket socket{core_.context()};
    net::ip::tcp::endpoint peer;
    acceptor_.accept(socket, peer, error);
    if (error == net::error::connection_aborted) continue;
    if (error) return;
    take(std::move(socket), peer);
  }
}

void Listener::close() {
  net::post(core_.context(), [this] {
    try {
      accept_what_waits();
    } catch (const std::exception& failure) {  // out of memory: those clients are lost
      outage_.begin({{"error", failure.what()}});
    }
    error_code ignored;
    acceptor_.close(ignored);
    retry_timer_.cancel();
  });
}

awaitable<void> Listener::accept() {
  const auto leave = [](Core* core) { core->leave_listener(); };
  const std::unique_ptr<Core, decltype(leave)> entered{&core_, leave};
  while (acceptor_.is_open()) {
    error_code error;
    net::ip::tcp::endpoint peer;
    Socket socket{core_.context()};
    bool failed = false;
    try {
      co_await acceptor_.async_accept(socket, peer, net::redirect_error(use_awaitable, error));
      if (error && !acceptor_.is_open()) break;
      failed = error && error != net::error::connection_aborted;
      if (failed) {
        outage_.begin({{"error", error.message()}});
      } else if (!error) {
        take(std::move(socket), peer);
        outage_.end();
      }
    } catch (const std::exception& failure) {  // out of memory: this client is lost, the next ones are not
      failed = true;
      outage_.begin({{"error", failure.what()}});
    }
    if (!failed) continue;
    retry_timer_.expires_after(kRetry);
    co_await retry_timer_.async_wait(net::redirect_error(use_awaitable, error));
  }
}

void Listener::take(Socket socket, const net::ip::tcp::endpoint& peer) {
  Shared& shared = core_.shared();
  shared.metrics.accepted.add();
  error_code error;
  socket.non_blocking(true, error);
  if (shared.connections.load(std::memory_order_relaxed) >= shared.options.max_connections) {
    shared.metrics.refused.add();
    const std::array answer{net::buffer(kTooManyConnections),
                            net::buffer(kSeconds.substr(refused_++ % kSeconds.size(), 1)),
                            net::buffer(kTooManyConnectionsBody)};
    socket.write_some(answer, error);
    socket.shutdown(Socket::shutdown_send, error);
    return;
  }
  socket.set_option(net::ip::tcp::no_delay(true), error);
  core_.adopt(std::move(socket), peer);
}

}  // namespace curt::http
