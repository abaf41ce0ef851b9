#include "curt/links/resolver.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <utility>

namespace curt::links {
namespace {

/// What took longer to read is not passed on: what an announcement sets lives longer than this, so that it is
/// there to refuse a reading that began before it.
constexpr std::chrono::seconds kLongestFill{1};

/// Whether a reading ended since the time of whoever led it was over, while this caller has time left.
bool is_over_too_early(const result<CacheEntry>& landing, const Call& call) {
  return !landing && landing.error().code == ErrorCode::deadline_exceeded && !call.deadline.passed();
}

}  // namespace

CacheEntry to_cache_entry(const Link& link) {
  if (link.deleted_at) return {CacheEntry::Kind::gone, nullptr, link.version};
  auto redirect = std::make_shared<const RedirectLink>(
      RedirectLink{link.target.str(), link.title, link.settings, link.version});
  return {CacheEntry::Kind::found, std::move(redirect), link.version};
}

Resolver::Resolver(LinkStore& store, LinkCache& cache, SharedLinkCache* shared, const Doubt& doubt,
                   const Clock& clock, Metrics& metrics)
    : store_(store),
      cache_(cache),
      shared_(shared),
      doubt_(doubt),
      clock_(clock),
      hits_(metrics.counter("curt_cache_lookups_total", "Lookups of a code for a redirect, by cache layer.",
                            {{"layer", "local"}, {"result", "hit"}})),
      misses_(metrics.counter("curt_cache_lookups_total", "Lookups of a code for a redirect, by cache layer.",
                              {{"layer", "local"}, {"result", "miss"}})),
      joined_(metrics.counter("curt_resolver_joined_total",
                              "Lookups that waited for another one's reading of the store.")),
      stale_(metrics.counter("curt_cache_stale_total",
                             "Lookups answered with an old or suspect entry, as no lower layer answered.")) {}

std::optional<CacheEntry> Resolver::cached(const ShortCode& code, SteadyTime now) {
  auto entry = cache_.find(code, now);
  (entry ? hits_ : misses_).add();
  return entry;
}

std::optional<CacheEntry> Resolver::cached_again(const ShortCode& code, SteadyTime now) {
  return cache_.find(code, now);
}

awaitable<result<CacheEntry>> Resolver::load(Call& call, ShortCode code) {
  std::shared_ptr<Flight> flight;
  bool leads = false;
  {
    const std::lock_guard lock{mutex_};
    auto& place = flights_[code];
    leads = place == nullptr;
    if (leads) place = std::make_shared<Flight>();
    flight = place;
  }
  if (!leads) {
    joined_.add();
    auto join = [this, &flight, deadline = call.deadline](Completion<Landing> wake) {
      wait_for(*flight, Waiter{deadline, std::move(wake)});
    };
    Landing shared = co_await suspend<Landing>(join);
    if (shared && !is_over_too_early(*shared, call)) co_return *std::move(shared);
    if (shared) {
      result<CacheEntry> again = co_await load(call, code);
      co_return again;
    }
  }
  result<CacheEntry> entry = Error{ErrorCode::unavailable, "The link could not be read."};
  try {
    entry = co_await read(call, code);
  } catch (const std::exception& failure) {  // whoever waits must be answered all the same
    entry = Error{ErrorCode::unavailable, "The link could not be read.", failure.what()};
  }
  land(code, flight, entry);
  co_return entry;
}

void Resolver::wait_for(Flight& flight, Waiter waiter) {
  {
    const std::lock_guard lock{mutex_};
    if (!flight.landed) {
      flight.waiting.push_back(std::move(waiter));
      return;
    }
  }
  waiter.wake(flight.landed);
}

awaitable<result<CacheEntry>> Resolver::read(Call& call, ShortCode code) {
  const FillTicket ticket = cache_.begin_fill(code, clock_.steady_now());
  const bool shared_first = !doubt_.stands();
  if (shared_first) {
    std::optional<CacheEntry> entry = co_await read_shared(call, code);
    // Refused: it changed while we read.
    if (entry && cache_.fill(code, ticket, *entry, clock_.steady_now())) co_return *std::move(entry);
  }
  result<CacheEntry> entry = co_await read_store(call, code, ticket);
  if (entry) co_return entry;
  std::optional<CacheEntry> stale;
  // What it says may be old, so that it is passed on, and not remembered.
  if (!shared_first && doubt_.is_bearable(clock_.steady_now())) {
    stale = co_await read_shared(call, code);
  }
  if (!stale) stale = cache_.find_stale(code, clock_.steady_now());
  if (!stale) co_return entry;
  stale_.add();
  co_return *std::move(stale);
}

/// What the shared cache knows, unless we knew better once.
awaitable<std::optional<CacheEntry>> Resolver::read_shared(Call& call, ShortCode code) {
  std::optional<CacheEntry> entry;
  if (shared_ == nullptr) co_return entry;
  entry = co_await shared_->find(call, code);
  const std::optional<CacheEntry> known = cache_.find_stale(code, clock_.steady_now());
  if (entry && known && known->version > entry->version) entry.reset();
  const bool absent = entry && entry->kind == CacheEntry::Kind::not_found;
  if (absent && clock_.steady_now() < absent_counts_from_.load()) entry.reset();
  co_return entry;
}

awaitable<result<CacheEntry>> Resolver::read_store(Call& call, ShortCode code, FillTicket ticket) {
  const SteadyTime began_at = clock_.steady_now();
  result<Link> link = co_await store_.find(call, code);
  if (!link && link.error().code != ErrorCode::not_found) co_return link.error();
  CacheEntry entry;
  if (link) entry = to_cache_entry(*link);
  const SteadyTime now = clock_.steady_now();
  const bool current = cache_.fill(code, ticket, entry, now);
  const bool quick = now - began_at < kLongestFill;
  if (shared_ != nullptr && current && quick) shared_->fill(code, entry);
  co_return entry;
}

void Resolver::land(const ShortCode& code, const std::shared_ptr<Flight>& flight,
                    const result<CacheEntry>& entry) {
  // Only the leader's time is over: the first of the others that has time left reads in its place.
  const bool goes_on = !entry && entry.error().code == ErrorCode::deadline_exceeded;
  std::deque<Waiter> answered;
  std::optional<Waiter> leader;
  {
    const std::lock_guard lock{mutex_};
    std::deque<Waiter>& waiting = flight->waiting;
    const auto next = goes_on ? std::find_if(waiting.begin(), waiting.end(),
                                             [](const Waiter& waiter) { return !waiter.deadline.passed(); })
                              : waiting.end();
    if (next != waiting.end()) leader = std::move(*next);
    answered.assign(std::make_move_iterator(waiting.begin()), std::make_move_iterator(next));
    waiting.erase(waiting.begin(), leader ? std::next(next) : next);
    if (!leader) {
      flight->landed = entry;
      const auto current = flights_.find(code);
      if (current != flights_.end() && current->second == flight) flights_.erase(current);
    }
  }
  for (Waiter& waiter : answered) waiter.wake(entry);
  if (leader) leader->wake(std::nullopt);
}

void Resolver::invalidate(const ShortCode& code, std::int64_t version) {
  cache_.invalidate(code, version);
  // Those who wait already asked before the change and may hear of the state before it; later ones read anew.
  const std::lock_guard lock{mutex_};
  flights_.erase(code);
}

void Resolver::forget_absent(std::chrono::milliseconds ignored_for) {
  const SteadyTime now = clock_.steady_now();
  absent_counts_from_ = now + ignored_for;
  cache_.forget_absent(now);
  detach_flights();
}

void Resolver::forget_all() {
  cache_.forget_all();
  detach_flights();
}

void Resolver::detach_flights() {
  // As in invalidate(): later callers read anew.
  const std::lock_guard lock{mutex_};
  flights_.clear();
}

}  // namespace curt::links
