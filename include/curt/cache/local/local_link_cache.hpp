#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

#include "curt/base/metrics.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::cache {

struct LocalCacheOptions {
  std::size_t max_bytes = 256UL << 20U;            ///< 0 remembers nothing
  std::chrono::milliseconds ttl{60'000};           ///< for links, so that another process's edit is seen
  std::chrono::milliseconds negative_ttl{5'000};   ///< for codes without a link, or with a deleted one
  std::chrono::milliseconds stale_max{3'600'000};  ///< how old an entry may be when no lower layer answers
};

/// The cache in this process: shards with a mutex each, held for a few memory accesses, and SIEVE (Zhang et
/// al., NSDI '24) to choose what goes when the bound is reached: a hit sets a mark, a hand walks from the
/// oldest entry and evicts the first without one.
class LocalLinkCache final : public links::LinkCache {
 public:
  LocalLinkCache(LocalCacheOptions options, Metrics& metrics);

  [[nodiscard]] std::optional<links::CacheEntry> find(const ShortCode& code, Timestamp now) override;
  [[nodiscard]] links::FillTicket begin_fill(const ShortCode& code) override;
  [[nodiscard]] std::optional<links::CacheEntry> find_stale(const ShortCode& code, Timestamp now) override;
  bool fill(const ShortCode& code, links::FillTicket ticket, links::CacheEntry entry, Timestamp now) override;
  void invalidate(const ShortCode& code, std::int64_t version) override;
  void changes_go_unheard() override;
  void changes_are_heard() override;
  [[nodiscard]] std::size_t bytes() const override;
  [[nodiscard]] std::size_t size() const override;

 private:
  static constexpr std::size_t kShards = 64;

  struct Node {
    ShortCode code;
    links::CacheEntry entry;
    Timestamp read_at;
    std::uint64_t trust = 0;  ///< trust_ when it was read
    std::size_t bytes = 0;
    bool visited = false;
  };
  using Nodes = std::list<Node>;  ///< the newest in front

  struct alignas(64) Shard {
    mutable std::mutex mutex;
    Nodes nodes;
    std::unordered_map<ShortCode, Nodes::iterator> index;
    Nodes::iterator hand = nodes.end();  ///< the next to be judged; end() for the oldest
    std::size_t bytes = 0;
    std::uint64_t generation = 0;  ///< counts invalidations; a fill that began before one is void
  };

  [[nodiscard]] Shard& shard_of(const ShortCode& code) noexcept;
  /// How long the entry counts from when it was read.
  [[nodiscard]] std::chrono::milliseconds lifetime_of(const Node& node) const noexcept;
  [[nodiscard]] bool is_obsolete(const Node& node, Timestamp now) const noexcept;
  static void erase(Shard& shard, Nodes::iterator node);
  void evict(Shard& shard);

  LocalCacheOptions options_;
  /// Counts the changes between hearing of changes elsewhere (even) and not (odd); what was read under
  /// another count is suspect.
  std::atomic<std::uint64_t> trust_{0};
  Counter evictions_;
  std::array<Shard, kShards> shards_;
};

}  // namespace curt::cache
