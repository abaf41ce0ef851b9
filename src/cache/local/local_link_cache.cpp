#include "curt/cache/local/local_link_cache.hpp"

#include <algorithm>
#include <utility>

namespace curt::cache {
namespace {

/// What an entry costs beside its texts: the node, its place in the index, the shared link, the allocator's
/// headers.
constexpr std::size_t kEntryOverhead = 384;

/// How long an entry is trusted that was read while changes elsewhere go by unheard: an edit is seen by every
/// instance within a second.
constexpr std::chrono::milliseconds kUnheardTtl{500};

bool is_odd(std::uint64_t count) noexcept { return count % 2 != 0; }

std::size_t cost_of(const links::CacheEntry& entry) noexcept {
  std::size_t bytes = kEntryOverhead;
  if (entry.link)
    bytes += entry.link->target.capacity() + (entry.link->title ? entry.link->title->capacity() : 0);
  return bytes;
}

}  // namespace

LocalLinkCache::LocalLinkCache(LocalCacheOptions options, Metrics& metrics)
    : options_(options),
      evictions_(metrics.counter("curt_cache_evictions_total", "Entries that gave way to newer ones.",
                                 {{"layer", "local"}})) {
  metrics.gauge_from("curt_cache_bytes", "Memory of the cache, as its bound counts it.",
                     [this] { return static_cast<double>(bytes()); }, {{"layer", "local"}});
  metrics.gauge_from("curt_cache_entries", "Codes in the cache.",
                     [this] { return static_cast<double>(size()); }, {{"layer", "local"}});
}

LocalLinkCache::Shard& LocalLinkCache::shard_of(const ShortCode& code) noexcept {
  // The index uses the low bits of the hash, so the shard takes the high ones.
  return shards_[std::hash<ShortCode>{}(code) >> 58U];
}

std::optional<links::CacheEntry> LocalLinkCache::find(const ShortCode& code, Timestamp now) {
  Shard& shard = shard_of(code);
  const std::lock_guard lock{shard.mutex};
  const auto found = shard.index.find(code);
  if (found == shard.index.end()) return std::nullopt;
  Node& node = *found->second;
  if (node.read_at + lifetime_of(node) <= now) {
    if (is_obsolete(node, now)) erase(shard, found->second);
    return std::nullopt;
  }
  node.visited = true;
  return node.entry;
}

std::optional<links::CacheEntry> LocalLinkCache::find_stale(const ShortCode& code, Timestamp now) {
  Shard& shard = shard_of(code);
  const std::lock_guard lock{shard.mutex};
  const auto found = shard.index.find(code);
  if (found == shard.index.end() || is_obsolete(*found->second, now)) return std::nullopt;
  found->second->visited = true;
  return found->second->entry;
}

std::chrono::milliseconds LocalLinkCache::lifetime_of(const Node& node) const noexcept {
  const std::uint64_t trust = trust_.load(std::memory_order_acquire);
  if (node.trust != trust) return std::chrono::milliseconds::zero();
  const bool found = node.entry.kind == links::CacheEntry::Kind::found;
  const auto ttl = found ? options_.ttl : options_.negative_ttl;
  return is_odd(trust) ? std::min(ttl, kUnheardTtl) : ttl;
}

/// Whether the entry is of no use even when no lower layer answers. That there was no link says nothing of
/// now.
bool LocalLinkCache::is_obsolete(const Node& node, Timestamp now) const noexcept {
  return node.entry.kind == links::CacheEntry::Kind::not_found || node.read_at + options_.stale_max <= now;
}

links::FillTicket LocalLinkCache::begin_fill(const ShortCode& code) {
  const Shard& shard = shard_of(code);
  const std::lock_guard lock{shard.mutex};
  return {.generation = shard.generation, .trust = trust_.load(std::memory_order_acquire)};
}

bool LocalLinkCache::fill(const ShortCode& code, links::FillTicket ticket, links::CacheEntry entry,
                          Timestamp now) {
  const std::size_t cost = cost_of(entry);
  Shard& shard = shard_of(code);
  const std::lock_guard lock{shard.mutex};
  if (ticket.generation != shard.generation) return false;
  if (const auto known = shard.index.find(code); known != shard.index.end()) {
    const Node& node = *known->second;
    if (node.entry.version > entry.version && node.read_at + lifetime_of(node) > now) return false;
    erase(shard, known->second);
  }
  if (cost > options_.max_bytes / kShards) return true;
  // It says how things were when the reading began.
  const auto took =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - ticket.taken_at);
  // Room is made first: the new entry has no mark yet and would be the first to go where all others have one.
  while (shard.bytes + cost > options_.max_bytes / kShards) evict(shard);
  shard.nodes.push_front(Node{code, std::move(entry), now - took, ticket.trust, cost, false});
  shard.index.emplace(code, shard.nodes.begin());
  shard.bytes += cost;
  return true;
}

void LocalLinkCache::invalidate(const ShortCode& code, std::int64_t version) {
  Shard& shard = shard_of(code);
  const std::lock_guard lock{shard.mutex};
  ++shard.generation;
  const auto known = shard.index.find(code);
  if (known == shard.index.end()) return;
  if (version == 0 || known->second->entry.version < version) erase(shard, known->second);
}

void LocalLinkCache::changes_go_unheard() {
  std::uint64_t trust = trust_.load();
  while (!is_odd(trust) && !trust_.compare_exchange_weak(trust, trust + 1)) {
  }
}

void LocalLinkCache::changes_are_heard() {
  std::uint64_t trust = trust_.load();
  while (is_odd(trust) && !trust_.compare_exchange_weak(trust, trust + 1)) {
  }
}

void LocalLinkCache::erase(Shard& shard, Nodes::iterator node) {
  if (shard.hand == node) shard.hand = node == shard.nodes.begin() ? shard.nodes.end() : std::prev(node);
  shard.bytes -= node->bytes;
  shard.index.erase(node->code);
  shard.nodes.erase(node);
}

void LocalLinkCache::evict(Shard& shard) {
  for (;;) {
    if (shard.hand == shard.nodes.end()) shard.hand = std::prev(shard.nodes.end());
    if (!std::exchange(shard.hand->visited, false)) break;
    shard.hand = shard.hand == shard.nodes.begin() ? shard.nodes.end() : std::prev(shard.hand);
  }
  evictions_.add();
  erase(shard, shard.hand);
}

std::size_t LocalLinkCache::bytes() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock{shard.mutex};
    total += shard.bytes;
  }
  return total;
}

std::size_t LocalLinkCache::size() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock{shard.mutex};
    total += shard.index.size();
  }
  return total;
}

}  // namespace curt::cache
