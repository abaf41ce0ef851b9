#include "curt/links/announcer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace curt::links {

awaitable<void> Announcer::created(Link link) { co_await tell(std::move(link)); }

awaitable<void> Announcer::changed(Link link) {
  const Change change{link.code, link.version};
  const std::uint64_t began_in = era();
  const bool taken = co_await tell(std::move(link));
  if (shared_ == nullptr) co_return;
  if (taken) {
    note({change}, began_in);
    co_return;
  }
  doubt_.raise(clock_.steady_now());
  // In this order: who reads the code anew must not ask the shared cache first.
  resolver_.invalidate(change.code, change.version);
  shared_->tell(SharedNotice::doubt);
  shared_->warn(change.code, change.version);
}

/// Whether the shared cache took it, if there is one.
awaitable<bool> Announcer::tell(Link link) {
  const ShortCode code = link.code;
  const std::int64_t version = link.version;
  resolver_.invalidate(code, version);
  if (shared_ == nullptr) co_return true;
  std::vector<KnownLink> links;
  links.push_back({code, to_cache_entry(link)});
  const bool taken = co_await shared_->announce(std::move(links), Telling::each_link);
  // A reading that began in between may have found the value of before.
  resolver_.invalidate(code, version);
  co_return taken;
}

void Announcer::unknown(const ShortCode& code) {
  resolver_.invalidate(code, 0);
  if (shared_ != nullptr) shared_->warn(code, 0);
}

awaitable<bool> Announcer::repeat(std::vector<Link> links, Telling telling) {
  const std::uint64_t began_in = era();
  std::vector<Change> changes;
  std::vector<KnownLink> known;
  for (const Link& link : links) {
    resolver_.invalidate(link.code, link.version);
    changes.push_back({link.code, link.version});
    known.push_back({link.code, to_cache_entry(link)});
  }
  const bool taken = co_await shared_->announce(std::move(known), telling);
  if (taken) note(changes, began_in);
  co_return taken;
}

std::uint64_t Announcer::era() const {
  const std::lock_guard lock{mutex_};
  return era_;
}

void Announcer::note(const std::vector<Change>& changes, std::uint64_t era) {
  const std::lock_guard lock{mutex_};
  if (era != era_ || announced_.size() + changes.size() > kMostAnnounced) return;
  announced_.insert(announced_.end(), changes.begin(), changes.end());
}

std::vector<Change> Announcer::take_announced(std::uint64_t era, std::size_t limit) {
  const std::lock_guard lock{mutex_};
  if (era != era_) return {};
  const auto end = announced_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, announced_.size()));
  std::vector<Change> taken{announced_.begin(), end};
  announced_.erase(announced_.begin(), end);
  return taken;
}

void Announcer::begin_era() {
  const std::lock_guard lock{mutex_};
  ++era_;
  announced_.clear();
}

}  // namespace curt::links
