#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "curt/base/metrics.hpp"
#include "curt/cache/local/recent_changes.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::cache {

struct LocalCacheOptions {
  /// 0 remembers nothing. Codes without a link take an eighth of it at most.
  std::size_t max_bytes = 256UL << 20U;
  std::chrono::milliseconds ttl{60'000};           ///< for links, so that another process's edit is seen
  std::chrono::milliseconds negative_ttl{5'000};   ///< for codes without a link, or with a deleted one
  std::chrono::milliseconds stale_max{3'600'000};  ///< how old an entry may be when no lower layer answers
};

/// The cache in this process: shards with a mutex each, held for a few memory accesses, and SIEVE (Zhang et
/// al., NSDI '24) to choose what goes when the bound is reached: a hit sets a mark, a hand walks from the
/// oldest entry and evicts the first without one, or the last that it comes to within kLongestWalk. Codes
/// without a link have a queue of their own, so that a flood of them pushes no more than an eighth of the
/// links out.
class LocalLinkCache final : public links::LinkCache {
 public:
  /// Entries that one eviction looks at. Where all have a mark SIEVE would walk over all of them, with the
  /// shard's mutex held.
  static constexpr std::size_t kLongestWalk = 64;

  LocalLinkCache(LocalCacheOptions options, Metrics& metrics);

  [[nodiscard]] std::optional<links::CacheEntry> find(const ShortCode& code, SteadyTime now) override;
  [[nodiscard]] std::optional<links::CacheEntry> find_stale(const ShortCode& code, SteadyTime now) override;
  [[nodiscard]] links::FillTicket begin_fill(const ShortCode& code, SteadyTime now) override;
  bool fill(const ShortCode& code, links::FillTicket ticket, links::CacheEntry entry,
            SteadyTime now) override;
  void invalidate(const ShortCode& code, std::int64_t version) override;
  void forget_absent(SteadyTime now) override;
  void forget_all() override;
  void changes_go_unheard() override;
  void changes_are_heard() override;
  [[nodiscard]] std::size_t bytes() const override;
  [[nodiscard]] std::size_t size() const override;

 private:
  static constexpr std::size_t kShards = 64;

  /// A code that is looked for; its hash is made once.
  struct Wanted {
    explicit Wanted(const ShortCode& wanted) noexcept : hash(hash_of(wanted)), code(wanted) {}
    std::size_t hash;
    const ShortCode& code;
  };
  struct Key {
    explicit Key(const Wanted& wanted) noexcept : hash(wanted.hash), code(wanted.code) {}
    std::size_t hash;
    ShortCode code;
  };
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(const auto& key) const noexcept { return key.hash; }
  };
  struct KeyEqual {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const noexcept {
      return a.hash == b.hash && a.code == b.code;
    }
  };

  struct Node {
    Key key;
    links::CacheEntry entry;
    SteadyTime read_at;       ///< when its reading began: it says how things were then
    std::uint64_t trust = 0;  ///< trust_ at that time
    std::size_t bytes = 0;
    bool visited = false;
  };
  using Nodes = std::list<Node>;

  /// What is evicted by one hand.
  struct Queue {
    Nodes nodes;                         ///< the newest in front
    Nodes::iterator hand = nodes.end();  ///< the next to be judged; end() for the oldest
    std::size_t bytes = 0;
  };

  struct alignas(64) Shard {
    mutable std::mutex mutex;
    Queue links;   ///< and deleted ones
    Queue absent;  ///< codes without a link
    std::unordered_map<Key, Nodes::iterator, KeyHash, KeyEqual> index;
    /// A fill that began before one of its own code is void. Apart, so that what a hit reads lies close.
    std::unique_ptr<RecentChanges> changes = std::make_unique<RecentChanges>();
  };

  [[nodiscard]] Shard& shard_of(const Wanted& wanted) noexcept;
  /// Whether the entry is young enough, and not suspect.
  [[nodiscard]] bool is_current(const Node& node, SteadyTime now) const noexcept;
  /// Whether the entry is of no use even when no lower layer answers.
  [[nodiscard]] bool is_obsolete(const Node& node, SteadyTime now) const noexcept;
  [[nodiscard]] bool is_forgotten(links::CacheEntry::Kind kind, SteadyTime read_at) const noexcept;
  static Queue& queue_of(Shard& shard, links::CacheEntry::Kind kind) noexcept;
  static void erase(Shard& shard, Nodes::iterator node);
  /// Evicts until an entry of this kind and cost fits.
  void make_room(Shard& shard, links::CacheEntry::Kind kind, std::size_t cost, SteadyTime now);
  void evict(Shard& shard, Queue& queue);

  LocalCacheOptions options_;
  /// Even while changes elsewhere are heard of, odd while not; what was read under another count is suspect.
  std::atomic<std::uint64_t> trust_{0};
  /// No "not found" counts whose reading began by then.
  std::atomic<SteadyTime> absent_forgotten_at_{SteadyTime::min()};
  Counter evictions_;
  std::array<Shard, kShards> shards_;
};

}  // namespace curt::cache
