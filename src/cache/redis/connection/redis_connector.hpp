#pragma once

#include <memory>
#include <vector>

#include "cache/redis/connection/redis_connection.hpp"

namespace curt::cache {

/// The connection for commands of one executor, made anew whenever it ends. Touched only on the executor's
/// thread. It belongs to what runs on its io_context, and is gone when that has run out.
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
  void submit(RedisCommand command, Deadline deadline, RedisConnection::Waiter waiter);

  [[nodiscard]] bool is_open() const noexcept { return connection_ && connection_->is_open(); }

 private:
  /// What was asked for before there could be a connection.
  struct Early {
    RedisCommand command;
    Deadline deadline;
    RedisConnection::Waiter waiter;
  };

  static awaitable<void> run(std::shared_ptr<RedisConnector> self);
  awaitable<bool> open();
  awaitable<void> use();
  void fail(const char* why);
  /// Sends what waited for the first connection and still has time, or answers it with nothing.
  void submit_early();

  Executor executor_;
  std::shared_ptr<RedisContext> context_;
  SteadyTimer pause_;       ///< before the next attempt
  SteadyTimer first_wait_;  ///< until it is waited for no longer
  std::shared_ptr<RedisSocket> socket_;
  std::shared_ptr<RedisConnection> connection_;  ///< null while there is none
  std::vector<Early> early_;
  bool waits_for_first_ = false;
  bool stopping_ = false;
};

}  // namespace curt::cache
