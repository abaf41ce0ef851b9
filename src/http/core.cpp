#include "curt/http/core.hpp"

#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/chrono.h>

#include "curt/base/end_process_if_failed.hpp"
#include "curt/base/logging.hpp"

#include "http/connection.hpp"

namespace curt::http {
namespace {

/// Time-outs are as exact as this; finer would cost and help nobody.
constexpr auto kSweepInterval = std::chrono::milliseconds{250};

/// How many connections are looked at before others of the core have their turn.
constexpr std::size_t kMostInARow = 256;

/// The border of a session: nothing that happens in one connection reaches another.
awaitable<void> serve(std::unique_ptr<Connection> connection) {
  try {
    co_await connection->run();
  } catch (const std::exception& failure) {
    log::error("connection failed", {{"error", failure.what()}});
  }
}

}  // namespace

Core::Core(std::size_t index, Shared& shared) : index_(index), shared_(shared) { refresh_date(); }

Core::~Core() = default;

void Core::run() {
  net::co_spawn(context_.get_executor(), sweep(), end_process_if_failed);
  context_.run();
}

void Core::adopt(Socket socket, const net::ip::tcp::endpoint& peer) {
  auto connection = std::make_unique<Connection>(*this, std::move(socket), peer);
  connections_.push_back(*connection);
  net::co_spawn(context_.get_executor(), serve(std::move(connection)), net::detached);
}

void Core::enter() noexcept {
  ++connected_;
  shared_.connections.fetch_add(1, std::memory_order_relaxed);
  shared_.metrics.connections.add(1);
}

void Core::leave() noexcept {
  --connected_;
  shared_.connections.fetch_sub(1, std::memory_order_relaxed);
  shared_.metrics.connections.add(-1);
}

void Core::stop() {
  net::post(context_, [this] {
    listeners_closed_ = true;
    for (ListedConnection& connection : connections_) connection.stop();
  });
}

void Core::abort() {
  net::post(context_, [this] {
    for (ListedConnection& connection : connections_) connection.abort();
  });
}

awaitable<void> Core::sweep() {
  while (!(listeners_closed_ && listeners_ == 0 && connections_.empty())) {
    sweep_timer_.expires_after(kSweepInterval);
    boost::system::error_code ignored;
    co_await sweep_timer_.async_wait(net::redirect_error(use_awaitable, ignored));
    try {
      refresh_date();
      date_outage_.end();
    } catch (const std::exception& failure) {  // out of memory: the date stands still, connections do not
      date_outage_.begin({{"error", failure.what()}});
    }
    co_await check_timeouts();
  }
  context_.stop();  // others may have work here that never ends
}

awaitable<void> Core::check_timeouts() {
  const auto now = SteadyClock::now();
  std::size_t in_a_row = 0;
  for (std::size_t left = connected_; left > 0 && !connections_.empty(); --left) {
    // What was looked at goes to the end, where new ones are: others come and go while this waits.
    connections_.splice(connections_.end(), connections_, connections_.begin());
    connections_.back().check_timeout(now);
    if (++in_a_row < kMostInARow) continue;
    in_a_row = 0;
    co_await net::post(context_, use_awaitable);
  }
}

void Core::refresh_date() {
  fmt::format_to_n(date_.data(), date_.size(), "{:%a, %d %b %Y %H:%M:%S} GMT",
                   fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

std::array<char, 16> Core::make_request_id() noexcept {
  std::array<char, 16> id{};
  std::uint64_t bits = ids_.next();
  for (char& digit : id) {
    digit = "0123456789abcdef"[bits & 0xfU];
    bits >>= 4U;
  }
  return id;
}

}  // namespace curt::http
