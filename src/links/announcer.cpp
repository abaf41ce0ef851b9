#include "curt/links/announcer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace curt::links {

awaitable<void> Announcer::created(Link link) {
  resolver_.invalidate(link.code, link.version);
  if (shared_ == nullptr) co_return;
  const ShortCode code = link.code;
  const std::int64_t version = link.version;
  std::vector<KnownLink> links;
  links.push_back({code, to_cache_entry(link)});
  co_await shared_->announce(std::move(links), Telling::each_link);
  resolver_.invalidate(code, version);
}

awaitable<void> Announcer::changed(Link link) {
  resolver_.invalidate(link.code, link.version);
  if (shared_ == nullptr) co_return;
  const ShortCode code = link.code;
  const std::int64_t version = link.version;
  std::vector<Link> links;
  links.push_back(std::move(link));
  const bool taken = co_await announce(std::move(links), Telling::each_link);
  if (!taken) doubt_.raise(clock_.steady_now());
  // A reading that began in between may have found the value of before.
  resolver_.invalidate(code, version);
  if (taken) co_return;
  // In this order: who reads the code anew must not ask the shared cache first.
  shared_->tell(SharedNotice::doubt);
  shared_->warn(code, version);
}

void Announcer::unknown(const ShortCode& code) {
  resolver_.invalidate(code, 0);
  if (shared_ != nullptr) shared_->warn(code, 0);
}

awaitable<bool> Announcer::repeat(std::vector<Link> links, Telling telling) {
  for (const Link& link : links) resolver_.invalidate(link.code, link.version);
  const bool taken = co_await announce(std::move(links), telling);
  co_return taken;
}

awaitable<bool> Announcer::announce(std::vector<Link> links, Telling telling) {
  const std::uint64_t began_in = era();
  std::vector<Change> changes;
  std::vector<KnownLink> known;
  for (const Link& link : links) {
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
