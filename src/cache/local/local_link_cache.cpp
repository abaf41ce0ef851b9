#include "curt/cache/local/local_link_cache.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace curt::cache {
namespace {

/// What an entry costs beside its texts: the node, its place in the index, the shared link, the allocator's
/// headers.
constexpr std::size_t kEntryOverhead = 384;

/// How long an entry is trusted that was read while changes elsewhere go by unheard: an edit is seen by every
/// instance within a second.
constexpr std::chrono::milliseconds kUnheardTtl{500};

/// Of the bound, for codes without a link.
constexpr std::size_t kAbsentShare = 8;

bool is_odd(std::uint64_t count) noexcept { return count % 2 != 0; }

/// Of a shard's bytes, those for codes without a link: at least one.
std::size_t most_absent(std::size_t most) noexcept {
  return std::max(most / kAbsentShare, std::min(most, kEntryOverhead));
}

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

LocalLinkCache::Shard& LocalLinkCache::shard_of(const Wanted& wanted) noexcept {
  // The index uses the low bits of the hash, so the shard takes the high ones.
  return shards_[wanted.hash >> 58U];
}

std::optional<links::CacheEntry> LocalLinkCache::find(const ShortCode& code, SteadyTime now) {
  const Wanted wanted{code};
  Shard& shard = shard_of(wanted);
  const std::lock_guard lock{shard.mutex};
  const auto found = shard.index.find(wanted);
  if (found == shard.index.end()) return std::nullopt;
  Node& node = *found->second;
  if (!is_current(node, now)) {
    if (is_obsolete(node, now)) erase(shard, found->second);
    return std::nullopt;
  }
  node.visited = true;
  return node.entry;
}

std::optional<links::CacheEntry> LocalLinkCache::find_stale(const ShortCode& code, SteadyTime now) {
  const Wanted wanted{code};
  Shard& shard = shard_of(wanted);
  const std::lock_guard lock{shard.mutex};
  const auto found = shard.index.find(wanted);
  if (found == shard.index.end() || is_obsolete(*found->second, now)) return std::nullopt;
  found->second->visited = true;
  return found->second->entry;
}

bool LocalLinkCache::is_current(const Node& node, SteadyTime now) const noexcept {
  const std::uint64_t trust = trust_.load(std::memory_order_acquire);
  // Not a matter of age: the entry may have been read after `now`.
  if (node.trust != trust || is_forgotten(node.entry.kind, node.read_at)) return false;
  const bool found = node.entry.kind == links::CacheEntry::Kind::found;
  const auto ttl = found ? options_.ttl : options_.negative_ttl;
  return now < node.read_at + (is_odd(trust) ? std::min(ttl, kUnheardTtl) : ttl);
}

bool LocalLinkCache::is_obsolete(const Node& node, SteadyTime now) const noexcept {
  // That there was no link says nothing of now.
  return node.entry.kind == links::CacheEntry::Kind::not_found || node.read_at + options_.stale_max <= now;
}

bool LocalLinkCache::is_forgotten(links::CacheEntry::Kind kind, SteadyTime read_at) const noexcept {
  return kind == links::CacheEntry::Kind::not_found &&
         read_at <= absent_forgotten_at_.load(std::memory_order_acquire);
}

links::FillTicket LocalLinkCache::begin_fill(const ShortCode& code, SteadyTime now) {
  const Shard& shard = shard_of(Wanted{code});
  const std::lock_guard lock{shard.mutex};
  return {now, shard.changes->count(), trust_.load(std::memory_order_acquire)};
}

bool LocalLinkCache::fill(const ShortCode& code, links::FillTicket ticket, links::CacheEntry entry,
                          SteadyTime now) {
  const std::size_t cost = cost_of(entry);
  const Wanted wanted{code};
  Shard& shard = shard_of(wanted);
  const std::lock_guard lock{shard.mutex};
  if (shard.changes->changed_since(ticket.changes, wanted.hash)) return false;
  if (is_forgotten(entry.kind, ticket.taken_at)) return false;
  const bool trusted = ticket.trust == trust_.load(std::memory_order_acquire);
  if (const auto known = shard.index.find(wanted); known != shard.index.end()) {
    const Node& node = *known->second;
    if ((node.entry.version > entry.version || !trusted) && is_current(node, now)) return false;
    erase(shard, known->second);
  }
  const std::size_t most = options_.max_bytes / kShards;
  const bool is_absent = entry.kind == links::CacheEntry::Kind::not_found;
  if (cost > (is_absent ? most_absent(most) : most)) return trusted;
  // Room is made first: the new entry has no mark yet and would be the first to go where all others have one.
  make_room(shard, entry.kind, cost, now);
  Queue& queue = queue_of(shard, entry.kind);
  queue.nodes.push_front(Node{Key{wanted}, std::move(entry), ticket.taken_at, ticket.trust, cost, false});
  shard.index.emplace(wanted, queue.nodes.begin());
  queue.bytes += cost;
  return trusted;
}

void LocalLinkCache::make_room(Shard& shard, links::CacheEntry::Kind kind, std::size_t cost, SteadyTime now) {
  const std::size_t most = options_.max_bytes / kShards;
  Queue& absent = shard.absent;
  const bool is_absent = kind == links::CacheEntry::Kind::not_found;
  while (is_absent && absent.bytes + cost > most_absent(most)) evict(shard, absent);
  while (shard.links.bytes + absent.bytes + cost > most) {
    if (!absent.nodes.empty() && !is_current(absent.nodes.back(), now)) {  // the rest of a flood
      evictions_.add();
      erase(shard, std::prev(absent.nodes.end()));
    } else {
      evict(shard, shard.links.nodes.empty() ? absent : shard.links);
    }
  }
}

void LocalLinkCache::invalidate(const ShortCode& code, std::int64_t version) {
  const Wanted wanted{code};
  Shard& shard = shard_of(wanted);
  const std::lock_guard lock{shard.mutex};
  shard.changes->add(wanted.hash);
  const auto known = shard.index.find(wanted);
  if (known == shard.index.end()) return;
  if (version == 0 || known->second->entry.version < version) erase(shard, known->second);
}

void LocalLinkCache::forget_absent(SteadyTime now) {
  SteadyTime before = absent_forgotten_at_.load();
  while (before < now && !absent_forgotten_at_.compare_exchange_weak(before, now)) {
  }
}

void LocalLinkCache::forget_all() { trust_ += 2; }

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

LocalLinkCache::Queue& LocalLinkCache::queue_of(Shard& shard, links::CacheEntry::Kind kind) noexcept {
  return kind == links::CacheEntry::Kind::not_found ? shard.absent : shard.links;
}

void LocalLinkCache::erase(Shard& shard, Nodes::iterator node) {
  Queue& queue = queue_of(shard, node->entry.kind);
  if (queue.hand == node) queue.hand = node == queue.nodes.begin() ? queue.nodes.end() : std::prev(node);
  queue.bytes -= node->bytes;
  shard.index.erase(node->key);
  queue.nodes.erase(node);
}

void LocalLinkCache::evict(Shard& shard, Queue& queue) {
  for (std::size_t walked = 1;; ++walked) {
    if (queue.hand == queue.nodes.end()) queue.hand = std::prev(queue.nodes.end());
    const bool visited = std::exchange(queue.hand->visited, false);
    if (!visited || walked == kLongestWalk) break;
    queue.hand = queue.hand == queue.nodes.begin() ? queue.nodes.end() : std::prev(queue.hand);
  }
  evictions_.add();
  erase(shard, queue.hand);
}

std::size_t LocalLinkCache::bytes() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock{shard.mutex};
    total += shard.links.bytes + shard.absent.bytes;
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
