#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "curt/cache/redis/protocol/redis_command.hpp"
#include "curt/visits/visit_stream.hpp"

namespace curt::cache {

// The commands of RedisVisitStream. What takes several steps is a Lua script, so that it happens as one: an
// entry that is acknowledged is always deleted too. The scripts are short and sent as they are.

/// Answers the new entry's id.
[[nodiscard]] RedisCommand append_command(const visits::EncodedBatch& batch);

/// Makes the group, and the stream where there is none; BUSYGROUP if there is a group.
[[nodiscard]] RedisCommand make_group_command();

/// Gives the worker entries that others took longer ago and did not acknowledge: a list of id, fields and
/// number of deliveries. Those that were deleted meanwhile are acknowledged.
[[nodiscard]] RedisCommand claim_command(std::string_view worker, std::size_t limit,
                                         std::chrono::milliseconds abandoned_after);

/// Gives the worker new entries, as XREADGROUP answers.
[[nodiscard]] RedisCommand read_command(std::string_view worker, std::size_t limit);

/// Answers 1 or 0 for each entry.
[[nodiscard]] RedisCommand present_command(std::span<const std::string> entries);

/// Answers how many entries there were.
[[nodiscard]] RedisCommand finish_command(std::span<const std::string> entries);

/// Moves the entry, unless it is gone.
[[nodiscard]] RedisCommand bury_command(const visits::StreamEntry& entry, std::string_view reason);

/// Removes this consumer if nothing is pending for it; answers how many were removed.
[[nodiscard]] RedisCommand leave_command(std::string_view worker);

/// Removes consumers that were idle for so long and have nothing pending; answers how many were removed.
[[nodiscard]] RedisCommand forget_idle_command(std::chrono::milliseconds idle);

/// Answers the number of entries, the bytes that they take, and the most that the server may take for
/// everything, 0 for no limit; -1 for what it forbids us to ask.
[[nodiscard]] RedisCommand length_command();

/// Answers the length of the stream, the number of entries that are taken, and that of the buried.
[[nodiscard]] RedisCommand lag_command();

}  // namespace curt::cache
