#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/base/logged_outage.hpp"
#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/visits/visit_stream.hpp"

namespace curt::cache {

/// The options of a client for the visit stream: `base`, with a name of its own, time enough for large
/// batches, and room for a whole take.
[[nodiscard]] RedisOptions visit_stream_options(RedisOptions base);

/// Batches of visits on their way to the workers, in a Redis stream (6.2 or later) with one consumer group.
/// An entry has the fields `c`, the counts, and `d`, the details, where there are any. Entries that are done
/// with are deleted, so that the length is what is still to do. Thread-safe; the client, which needs the
/// options above and no observer, must outlive it.
class RedisVisitStream final : public visits::VisitStream {
 public:
  static constexpr std::string_view kStream = "curt:visits";
  static constexpr std::string_view kGroup = "curt";
  /// What was buried, with the fields `reason`, `entry`, `deliveries`, `c` and `d`.
  static constexpr std::string_view kDead = "curt:visits:dead";
  static constexpr std::size_t kMostDead = 1'000;  ///< about; older ones are dropped
  static constexpr std::size_t kMostTaken = 64;    ///< entries of one take, whatever its limit

  explicit RedisVisitStream(RedisClient& client) : client_(client) {}

  awaitable<std::optional<std::string>> append(visits::EncodedBatch batch) override;
  awaitable<std::optional<Length>> length() override;
  awaitable<std::optional<std::vector<bool>>> present(std::vector<std::string> entries) override;
  awaitable<std::optional<std::vector<visits::StreamEntry>>> take(
      std::string worker, std::size_t limit, std::chrono::milliseconds abandoned_after) override;
  awaitable<bool> finish(std::vector<std::string> entries) override;
  awaitable<bool> bury(visits::StreamEntry entry, std::string reason) override;
  awaitable<bool> leave(std::string worker) override;
  awaitable<std::optional<std::uint64_t>> forget_idle(std::chrono::milliseconds idle) override;
  awaitable<std::optional<Lag>> lag() override;

 private:
  using Entries = std::optional<std::vector<visits::StreamEntry>>;

  /// Each of the commands, as a bit.
  enum class Step : std::uint8_t {
    append = 1,
    length = 2,
    present = 4,
    claim = 8,
    read = 16,
    finish = 32,
    bury = 64,
    lag = 128,
  };

  awaitable<std::optional<RedisReply>> ask(Step step, RedisCommand command);
  awaitable<std::optional<RedisReply>> ask_group(Step step, RedisCommand command);
  awaitable<std::optional<std::uint64_t>> forget(RedisCommand command);
  awaitable<Entries> take_abandoned(std::string worker, std::size_t limit, std::chrono::milliseconds after);
  awaitable<Entries> take_new(std::string worker, std::size_t limit);
  void note(Step step, const RedisReply& reply);

  RedisClient& client_;
  std::atomic<unsigned> refused_{0};  ///< the steps that the server refused when they were asked last
  LoggedOutage refusal_{"redis refuses a command of the visit stream",
                        "redis takes the commands of the visit stream again"};
};

}  // namespace curt::cache
