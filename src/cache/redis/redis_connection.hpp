#pragma once

#include <memory>
#include <vector>

#include "cache/redis/redis_session.hpp"

namespace curt::cache {

/// The connection for commands of one executor, made anew whenever it ends. Touched only on the executor's
/// thread. It belongs to what runs on its io_context, and is gone when that has run out.
class RedisConnection : public std::enable_shared_from_this<RedisConnection> {
 public:
  RedisConnection(const Executor& executor, std::shared_ptr<RedisContext> context)
      : executor_(executor), context_(std::move(context)), pause_(executor) {}

  void start();
  /// Ends behind what is in flight.
  void stop();

  /// As RedisSession has it; resumes with nothing at once where there is no connection. The first one is
  /// waited for, up to the timeout from start(): a change that an instance makes as soon as it listens would
  /// otherwise be announced to nobody.
  void submit(RedisCommand command, Deadline deadline, RedisSession::Waiter waiter);

  [[nodiscard]] bool is_open() const noexcept { return session_ && session_->is_open(); }

 private:
  /// What was asked for before there could be a connection.
  struct Early {
    RedisCommand command;
    Deadline deadline;
    RedisSession::Waiter waiter;
  };

  static awaitable<void> run(std::shared_ptr<RedisConnection> self);
  awaitable<bool> open();
  awaitable<void> use();
  void fail(const char* why);
  /// Waits for the first connection no longer.
  void submit_early();

  Executor executor_;
  std::shared_ptr<RedisContext> context_;
  SteadyTimer pause_;
  std::shared_ptr<RedisStream> stream_;
  std::shared_ptr<RedisSession> session_;  ///< null while there is none
  std::vector<Early> early_;
  bool waits_for_first_ = false;
  bool stopping_ = false;
};

}  // namespace curt::cache
