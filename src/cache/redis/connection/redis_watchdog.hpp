#pragma once

#include <memory>

#include "cache/redis/connection/redis_context.hpp"
#include "cache/redis/connection/redis_socket.hpp"

namespace curt::cache {

/// Tells the server's health, ten times a second, whether something waits for the server, and asks a server
/// that is left alone, on a connection of its own, whether it is back. Threads and lifetime as RedisConnector
/// has them.
class RedisWatchdog : public std::enable_shared_from_this<RedisWatchdog> {
 public:
  RedisWatchdog(const Executor& executor, std::shared_ptr<RedisContext> context)
      : executor_(executor), context_(std::move(context)), pause_(executor) {}

  void start();
  void stop();

 private:
  static awaitable<void> run(std::shared_ptr<RedisWatchdog> self);
  awaitable<void> probe();

  Executor executor_;
  std::shared_ptr<RedisContext> context_;
  SteadyTimer pause_;
  std::shared_ptr<RedisSocket> socket_;  ///< of the probe; null while there is none
  bool stopping_ = false;
};

}  // namespace curt::cache
