#include "cache/redis/connection/redis_watchdog.hpp"

#include <algorithm>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/limits/circuit_breaker.hpp"

#include "cache/redis/connection/open_socket.hpp"

namespace curt::cache {
namespace {

constexpr auto kInterval = std::chrono::milliseconds{100};

/// How long a probe may take: where packets vanish, it should not hold up the next one. A server that answers
/// within the timeout has taken five such round trips at most by the end of the greeting: TCP, TLS 1.2, the
/// greeting itself and one to spare.
std::chrono::milliseconds probe_time(const RedisOptions& options) {
  const auto round_trips = std::max(limits::CircuitBreaker::kProbeInterval, 5 * options.timeout);
  return std::min(options.connect_timeout, round_trips);
}

}  // namespace

void RedisWatchdog::start() {
  if (!stopping_) net::co_spawn(executor_, run(shared_from_this()), net::detached);
}

void RedisWatchdog::stop() {
  stopping_ = true;
  pause_.cancel();
  if (socket_) socket_->close();
}

awaitable<void> RedisWatchdog::run(std::shared_ptr<RedisWatchdog> self) {
  RedisHealth& health = self->context_->health;
  while (!self->stopping_) {
    boost::system::error_code ignored;
    self->pause_.expires_after(kInterval);
    co_await self->pause_.async_wait(net::redirect_error(use_awaitable, ignored));
    if (self->stopping_) break;
    health.watch(self->context_->unanswered > 0);
    if (!health.begin_probe()) continue;
    try {
      co_await self->probe();
    } catch (const std::exception& failure) {  // no memory, no file descriptor
      health.refused(failure.what());
    }
    self->socket_.reset();
  }
}

/// The last word of the greeting is a PING.
awaitable<void> RedisWatchdog::probe() {
  socket_ = std::make_shared<RedisSocket>(executor_);
  RedisReplyReader reader{context_->options.max_reply_bytes};
  const Opening opening = co_await open_socket(*socket_, *context_, reader, probe_time(context_->options));
  socket_->close();
  if (stopping_) co_return;
  if (opening.problem.empty()) {
    context_->health.probed(opening.greeted_in);
  } else {
    context_->health.refused(opening.problem);
  }
}

}  // namespace curt::cache
