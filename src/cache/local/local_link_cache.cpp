#include "curt/cache/local/local_link_cache.hpp"

#include <utility>

namespace curt::cache {
namespace {

/// What an entry costs beside its texts: the node, its place in the index, the shared link, the allocator's
/// headers.
constexpr std::size_t kEntryOverhead = 384;

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
  if (node.expires_at <= now) {
    erase(shard, found->second);
    return std::nullopt;
  }
  node.visited = true;
  return node.entry;
}

links::FillTicket LocalLinkCache::begin_fill(const ShortCode& code) {
  const Shard& shard = shard_of(code);
  const std::lock_guard lock{shard.mutex};
  return {shard.generation};
}

void LocalLinkCache::fill(const ShortCode& code, links::FillTicket ticket, links::CacheEntry entry,
                          Timestamp now) {
  const std::size_t cost = cost_of(entry);
  if (cost > options_.max_bytes / kShards) return;
  const bool found = entry.kind == links::CacheEntry::Kind::found;
  const Timestamp expires_at = now + (found ? options_.ttl : options_.negative_ttl);

  Shard& shard = shard_of(code);
  const std::lock_guard lock{shard.mutex};
  if (ticket.generation != shard.generation) return;
  if (const auto known = shard.index.find(code); known != shard.index.end()) {
    if (known->second->entry.version > entry.version) return;
    erase(shard, known->second);
  }
  // Room is made first: the new entry has no mark yet and would be the first to go where all others have one.
  while (shard.bytes + cost > options_.max_bytes / kShards) evict(shard);
  shard.nodes.push_front(Node{code, std::move(entry), expires_at, cost, false});
  shard.index.emplace(code, shard.nodes.begin());
  shard.bytes += cost;
}

void LocalLinkCache::invalidate(const ShortCode& code, std::int64_t /*version*/) {
  Shard& shard = shard_of(code);
  const std::lock_guard lock{shard.mutex};
  ++shard.generation;
  if (const auto known = shard.index.find(code); known != shard.index.end()) erase(shard, known->second);
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
