#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "curt/base/backoff.hpp"

#include "cache/redis/connection/redis_connection.hpp"

namespace curt::cache {

/// The connection for commands of one executor, made anew whenever it ends: at once where it was of use, then
/// after growing pauses, and not while the server is left alone. Touched only on the executor's thread. It
/// belongs to what runs on its io_context, and is gone when that has run out.
class RedisConnector : public std::enable_shared_from_this<RedisConnector> {
 public:
  RedisConnector(const Executor& executor, std::shared_ptr<RedisContext> context)
      : executor_(executor), context_(std::move(context)), pause_(executor), first_wait_(executor) {}

  void start();
  /// Ends behind what is in flight. What waits for the first connection is not sent.
  void stop();

  /// As RedisConnection has it; resumes with nothing at once where there is no connection. Only the outcome
  /// of the first attempt to connect is waited for, at most the timeout from start(), and some commands at
  /// most: a change that is made as soon as its instance listens would otherwise not be announced at once.
  /// Until then a command's own deadline is not looked at.
  void submit(RedisCommand command, Deadline deadline, RedisWaiter waiter);

  [[nodiscard]] bool is_open() const noexcept { return connection_ && connection_->is_open(); }
  /// Whether the server is left alone. A connection that is open then ends soon.
  [[nodiscard]] bool is_left_alone() const noexcept { return context_->health.is_left_alone(); }

 private:
  /// What was asked for before there could be a connection.
  struct Early {
    RedisCommand command;
    Deadline deadline;
    RedisWaiter waiter;
  };

  static awaitable<void> run(std::shared_ptr<RedisConnector> self);
  awaitable<bool> open();
  /// Whether the connection was of use.
  awaitable<bool> use();
  /// Waits for the next attempt.
  awaitable<void> rest(bool was_of_use);
  void fail(const char* why);
  /// Sends what waited for the first connection and still has time, or answers it with nothing.
  void submit_early();

  Executor executor_;
  std::shared_ptr<RedisContext> context_;
  SteadyTimer pause_;  ///< before the next attempt
  Backoff backoff_{kFirstPause, kLongestPause};
  std::chrono::steady_clock::time_point next_at_once_;  ///< not so soon again
  SteadyTimer first_wait_;                              ///< until it is waited for no longer
  std::shared_ptr<RedisSocket> socket_;
  std::shared_ptr<RedisConnection> connection_;  ///< null while there is none
  std::vector<Early> early_;
  bool waits_for_first_ = false;
  bool stopping_ = false;
};

}  // namespace curt::cache
