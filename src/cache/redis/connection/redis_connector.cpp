#include "cache/redis/connection/redis_connector.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/base/logging.hpp"

#include "cache/redis/connection/open_socket.hpp"

namespace curt::cache {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// A connection that answered nothing and ends sooner than this was no better than none: the pauses go on to
/// grow.
constexpr auto kHeld = std::chrono::seconds{1};

/// A connection that was of use is made again within so much. It spreads out those of many instances.
constexpr auto kAtOnce = std::chrono::milliseconds{5};
constexpr auto kAtOnceInterval = std::chrono::seconds{1};

/// How often it is looked whether the server is left alone still.
constexpr auto kLookInterval = std::chrono::milliseconds{20};

/// Commands that wait for the first connection. More are not asked in so short a time, and they take memory.
constexpr std::size_t kMostEarly = 256;

/// While this lives, a core has no connection and wants one.
class Unconnected {
 public:
  explicit Unconnected(std::shared_ptr<RedisContext> context) : context_(std::move(context)) {
    ++context_->unanswered;
  }
  ~Unconnected() { --context_->unanswered; }
  Unconnected(const Unconnected&) = delete;
  Unconnected& operator=(const Unconnected&) = delete;

 private:
  std::shared_ptr<RedisContext> context_;
};

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

void RedisConnector::submit(RedisCommand command, Deadline deadline, RedisWaiter waiter) {
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
  if (waiter) (*waiter)(RedisAnswer{.reply = {}, .disconnected = true});
}

void RedisConnector::submit_early() {
  waits_for_first_ = false;
  first_wait_.cancel();
  for (Early& early : std::exchange(early_, {})) {
    if (is_open() && early.deadline.passed()) {
      context_->metrics.ended(early.command.verb, CommandResult::timeout);
      if (early.waiter) (*early.waiter)(RedisAnswer{});
      continue;
    }
    submit(std::move(early.command), early.deadline, std::move(early.waiter));
  }
}

awaitable<void> RedisConnector::run(std::shared_ptr<RedisConnector> self) {
  std::optional<Unconnected> unconnected{std::in_place, self->context_};
  while (!self->stopping_) {
    bool was_of_use = false;
    try {
      const bool opened = co_await self->open();
      if (opened) unconnected.reset();
      self->submit_early();
      if (opened) was_of_use = co_await self->use();
    } catch (const std::exception& failure) {  // no memory, no file descriptor
      self->fail(failure.what());
    }
    self->connection_.reset();
    self->socket_.reset();
    if (self->stopping_) break;
    if (!unconnected) unconnected.emplace(self->context_);
    co_await self->rest(was_of_use);
    if (!self->stopping_) self->context_->metrics.reconnects.add();
  }
}

awaitable<void> RedisConnector::rest(bool was_of_use) {
  if (was_of_use) backoff_.succeeded();
  const auto now = SteadyClock::now();
  std::chrono::milliseconds pause{};
  if (was_of_use && now >= next_at_once_) {
    next_at_once_ = now + kAtOnceInterval;
    pause = Backoff{kAtOnce, kAtOnce}.failed();
  } else {
    pause = backoff_.failed();
  }
  bool was_left_alone = false;
  do {
    boost::system::error_code ignored;
    pause_.expires_after(pause);
    co_await pause_.async_wait(net::redirect_error(use_awaitable, ignored));
    if (!context_->health.is_left_alone()) break;
    was_left_alone = true;
    pause = kLookInterval;
  } while (!stopping_);
  if (was_left_alone) backoff_.succeeded();
}

void RedisConnector::fail(const char* why) {
  if (!connection_) {
    context_->health.refused(why);
    return;
  }
  connection_->end(why);
  context_->health.failed(why);
}

awaitable<bool> RedisConnector::open() {
  socket_ = std::make_shared<RedisSocket>(executor_);
  RedisReplyReader reader{context_->options.max_reply_bytes};
  const Opening opening =
      co_await open_socket(*socket_, *context_, reader, context_->options.connect_timeout);
  if (stopping_) {
    socket_->close();
    co_return false;
  }
  if (!opening.problem.empty()) {
    context_->health.refused(opening.problem);
    co_return false;
  }
  connection_ = std::make_shared<RedisConnection>(executor_, socket_, std::move(reader), context_);
  context_->health.answered(opening.greeted_in);
  ++context_->connects;
  if (context_->observer != nullptr) context_->observer->connected();
  co_return true;
}

awaitable<bool> RedisConnector::use() {
  const auto began = SteadyClock::now();
  const std::string why = co_await connection_->run();
  // A server that takes no changes is there, and would be lost and found with every change otherwise.
  if (!stopping_ && !connection_->is_left() && !context_->health.is_left_alone()) {
    log::debug("connection to redis lost", {{"error", why}});
    context_->health.failed(why);
  }
  co_return connection_->has_answered() || SteadyClock::now() - began >= kHeld;
}

}  // namespace curt::cache
