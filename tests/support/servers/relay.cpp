#include "support/servers/relay.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace curt::test {
using net::ip::tcp;

/// The two connections that are one.
struct Relay::Pair {
  explicit Pair(const Executor& executor) : client(executor), server(executor) {}

  Socket client;
  Socket server;
};

/// Returns when what has come may be handed on.
awaitable<void> Relay::hold_up() {
  constexpr std::chrono::milliseconds kLook{5};
  net::steady_timer timer{context_};
  timer.expires_after(delay_.load());
  ++held_;
  co_await timer.async_wait(use_awaitable);
  while (!passes_) {
    timer.expires_after(kLook);
    co_await timer.async_wait(use_awaitable);
  }
}

/// Hands on what comes until either end is closed, and closes both.
awaitable<void> Relay::hand_on(std::shared_ptr<Pair> pair, Socket Pair::* from, Socket Pair::* to) {
  std::array<char, 16'384> buffer{};
  boost::system::error_code failure;
  auto token = net::redirect_error(use_awaitable, failure);
  while (!failure) {
    const std::size_t got = co_await ((*pair).*from).async_read_some(net::buffer(buffer), token);
    if (!passes_ || delay_.load().count() > 0) co_await hold_up();
    if (failure) break;
    co_await net::async_write((*pair).*to, net::buffer(buffer.data(), got), token);
  }
  boost::system::error_code ignored;
  pair->client.close(ignored);
  pair->server.close(ignored);
}

awaitable<void> Relay::accept(std::shared_ptr<Acceptor> acceptor) {
  boost::system::error_code failure;
  auto token = net::redirect_error(use_awaitable, failure);
  for (;;) {
    auto pair = std::make_shared<Pair>(acceptor->get_executor());
    co_await acceptor->async_accept(pair->client, token);
    if (failure) co_return;
    ++taken_;
    const tcp::endpoint server{net::ip::address_v4::loopback(), to_};
    co_await pair->server.async_connect(server, token);
    if (failure) continue;  // which closes the client's
    net::co_spawn(acceptor->get_executor(), hand_on(pair, &Pair::client, &Pair::server), net::detached);
    net::co_spawn(acceptor->get_executor(), hand_on(pair, &Pair::server, &Pair::client), net::detached);
  }
}

Relay::Relay(std::uint16_t to) : to_(to) {
  const tcp::endpoint any_port{net::ip::address_v4::loopback(), 0};
  auto acceptor = std::make_shared<Acceptor>(context_.get_executor(), any_port);
  port_ = acceptor->local_endpoint().port();
  net::co_spawn(context_.get_executor(), accept(std::move(acceptor)), net::detached);
  thread_ = std::thread{[this] { context_.run(); }};
}

Relay::~Relay() {
  context_.stop();
  thread_.join();
}

}  // namespace curt::test
