#include "cache/redis/connection/redis_connector.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/base/backoff.hpp"
#include "curt/base/logging.hpp"

#include "cache/redis/connection/open_socket.hpp"

namespace curt::cache {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// A connection that answered nothing and ends sooner than this was no better than none: the pauses go on to
/// grow.
constexpr auto kHeld = std::chrono::seconds{1};

/// Commands that wait for the first connection. More are not asked in so short a time, and they take memory.
constexpr std::size_t kMostEarly = 256;

}  // namespace

void RedisConnector::start() {
  if (stopping_) return;
  waits_for_first_ = true;
  first_wait_.expires_after(context_->options.timeout);
  first_wait_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled) self->submit_early();
  });
  net::co_spawn(executor_, run(shared_from_this()), net::detached);
}

void RedisConnector::stop() {
  stopping_ = true;
  submit_early();
  pause_.cancel();
  if (is_open()) {
    connection_->finish();
  } else if (socket_) {
    socket_->close();
  }
}

void RedisConnector::submit(RedisCommand command, Deadline deadline, RedisConnection::Waiter waiter) {
  if (is_open()) {
    connection_->submit(std::move(command), deadline, std::move(waiter));
    return;
  }
  if (waits_for_first_ && early_.size() < kMostEarly) {
    const auto until = std::min(deadline.at(), SteadyClock::now() + context_->options.timeout);
    early_.push_back({std::move(command), Deadline{until}, std::move(waiter)});
    return;
  }
  context_->metrics.ended(command.verb, CommandResult::unreachable);
  if (waiter) (*waiter)(std::nullopt);
}

void RedisConnector::submit_early() {
  waits_for_first_ = false;
  first_wait_.cancel();
  for (Early& early : std::exchange(early_, {})) {
    if (is_open() && early.deadline.passed()) {
      context_->metrics.ended(early.command.verb, CommandResult::timeout);
      if (early.waiter) (*early.waiter)(std::nullopt);
      continue;
    }
    submit(std::move(early.command), early.deadline, std::move(early.waiter));
  }
}

awaitable<void> RedisConnector::run(std::shared_ptr<RedisConnector> self) {
  Backoff backoff{kFirstPause, kLongestPause};
  while (!self->stopping_) {
    try {
      const bool opened = co_await self->open();
      self->submit_early();
      const auto began = SteadyClock::now();
      if (opened) co_await self->use();
      if (opened && (self->connection_->has_answered() || SteadyClock::now() - began >= kHeld))
        backoff.succeeded();
    } catch (const std::exception& failure) {  // no memory, no file descriptor
      self->fail(failure.what());
    }
    self->connection_.reset();
    self->socket_.reset();
    if (self->stopping_) break;
    boost::system::error_code ignored;
    self->pause_.expires_after(backoff.failed());
    co_await self->pause_.async_wait(net::redirect_error(use_awaitable, ignored));
    if (!self->stopping_) self->context_->metrics.reconnects.add();
  }
}

void RedisConnector::fail(const char* why) {
  if (!connection_) {
    context_->health.refused(why);
    return;
  }
  connection_->end(why);
  context_->health.lost(why);
}

awaitable<bool> RedisConnector::open() {
  const auto began = SteadyClock::now();
  socket_ = std::make_shared<RedisSocket>(executor_);
  RedisReplyReader reader{context_->options.max_reply_bytes};
  const std::string problem = co_await open_socket(*socket_, *context_, reader);
  if (stopping_) {
    socket_->close();
    co_return false;
  }
  if (!problem.empty()) {
    context_->health.refused(problem);
    co_return false;
  }
  connection_ = std::make_shared<RedisConnection>(executor_, socket_, std::move(reader), context_);
  context_->health.opened(SteadyClock::now() - began);
  ++context_->connects;
  if (context_->observer != nullptr) context_->observer->connected();
  co_return true;
}

awaitable<void> RedisConnector::use() {
  const std::string why = co_await connection_->run();
  // A server that takes no changes is there, and would be lost and found with every change otherwise.
  if (stopping_ || connection_->is_left()) {
    context_->health.closed();
  } else {
    log::debug("connection to redis lost", {{"error", why}});
    context_->health.lost(why);
  }
}

}  // namespace curt::cache
