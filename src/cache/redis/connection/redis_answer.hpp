#pragma once

#include <optional>

#include "curt/base/async.hpp"
#include "curt/cache/redis/protocol/redis_reply.hpp"

namespace curt::cache {

/// What became of a command.
struct RedisAnswer {
  std::optional<RedisReply> reply;
  bool disconnected = false;  ///< there is no reply since there was no connection, or it broke
};

/// Who waits for it, if anybody does.
using RedisWaiter = std::optional<Completion<RedisAnswer>>;

}  // namespace curt::cache
