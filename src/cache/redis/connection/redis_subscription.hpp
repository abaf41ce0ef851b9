#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "cache/redis/connection/redis_context.hpp"
#include "cache/redis/connection/redis_socket.hpp"

namespace curt::cache {

/// Listens to the context's channel and tells its observer what is heard, and whether anything can be.
/// Threads and lifetime as RedisConnector has them.
class RedisSubscription : public std::enable_shared_from_this<RedisSubscription> {
 public:
  RedisSubscription(const Executor& executor, std::shared_ptr<RedisContext> context)
      : executor_(executor), context_(std::move(context)), pause_(executor) {}

  void start();
  void stop();

 private:
  static awaitable<void> run(std::shared_ptr<RedisSubscription> self);
  /// Sends a PING every 250 ms, and closes the socket when nothing was heard for RedisOptions::silence.
  static awaitable<void> watch(std::shared_ptr<RedisSubscription> self, std::shared_ptr<RedisSocket> socket);
  awaitable<void> listen(RedisSocket& socket);
  /// False where a server with a subscription could not send this.
  bool take(const RedisReply& reply, RedisSocket& socket);

  Executor executor_;
  std::shared_ptr<RedisContext> context_;
  SteadyTimer pause_;
  std::shared_ptr<RedisSocket> socket_;
  std::chrono::steady_clock::time_point heard_at_;
  bool stopping_ = false;
};

}  // namespace curt::cache
