#pragma once

#include <optional>
#include <span>

#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/cache/redis/protocol/redis_command.hpp"
#include "curt/cache/redis/protocol/redis_reply.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::cache {

/// Asks a server who it is (INFO, https://redis.io/docs/latest/commands/info).
[[nodiscard]] RedisCommand identity_command();

/// What it answered: its run_id, which a start changes, its role, which a demotion changes, and its
/// master_replid2, which a promotion sets to the id of the history before. Its master_replid says less: it
/// also changes when the first replica comes, and some time after the last has gone.
[[nodiscard]] links::SharedIdentity identity_from(const std::optional<RedisReply>& reply);

/// The one identity that all open connections found. One that is not open leads nowhere yet.
[[nodiscard]] links::SharedIdentity identity_from(std::span<const ConnectionReply> replies);

}  // namespace curt::cache
