#include "curt/links/resolver.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

namespace curt::links {
namespace {

/// What took longer to read is not passed on: what an announcement sets lives longer than this, so that it is
/// there to refuse a reading that began before it.
constexpr std::chrono::seconds kLongestFill{1};

/// Whether a reading failed for its leader alone, while this caller has time left.
bool is_over_too_early(const result<CacheEntry>& landing, const Call& call) {
  return Flights::fails_leader_alone(landing) && !call.deadline.passed();
}

Error out_of_time() {
  return {ErrorCode::deadline_exceeded, "The link could not be read within the request's deadline."};
}

}  // namespace

CacheEntry to_cache_entry(const Link& link) {
  if (link.deleted_at) return {CacheEntry::Kind::gone, nullptr, link.version};
  auto redirect = std::make_shared<const RedirectLink>(
      RedirectLink{link.target.str(), link.title, link.settings, link.version});
  return {CacheEntry::Kind::found, std::move(redirect), link.version};
}

Resolver::Resolver(LinkStore& store, LinkCache& cache, SharedLinkCache* shared, const Doubt& doubt,
                   const Clock& clock, Metrics& metrics, std::chrono::milliseconds patience)
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
                             "Lookups answered with an old or suspect entry, as no lower layer answered.")),
      stale_slow_(metrics.counter("curt_cache_stale_slow_total",
                                  "Those of them for which a lower layer was slow and read on behind them.")),
      patience_(patience) {}

std::optional<CacheEntry> Resolver::cached(const ShortCode& code, SteadyTime now) {
  auto entry = cache_.find(code, now);
  (entry ? hits_ : misses_).add();
  return entry;
}

std::optional<CacheEntry> Resolver::cached_again(const ShortCode& code, SteadyTime now) {
  return cache_.find(code, now);
}

awaitable<result<CacheEntry>> Resolver::load(Call& call, ShortCode code) {
  if (cache_.find_stale(code, clock_.steady_now())) {
    std::optional<CacheEntry> known = co_await revalidate(call, code);
    if (known) co_return *std::move(known);
  }
  for (;;) {
    const Flights::Seat seat = flights_.board(code);
    if (!seat.leads) {
      joined_.add();
      auto landing = co_await flights_.wait(seat.flight, call.deadline, Flights::Role::heir);
      if (!landing) co_return out_of_time();
      if (*landing && is_over_too_early(**landing, call)) continue;
      if (*landing) co_return **std::move(landing);
    }
    result<CacheEntry> entry = co_await read(call, code);
    flights_.land(code, seat.flight, entry);
    co_return entry;
  }
}

awaitable<std::optional<CacheEntry>> Resolver::revalidate(Call& call, ShortCode code) {
  const Flights::Seat seat = flights_.board(code);
  std::shared_ptr<const Call> reading;
  if (seat.leads) {
    const auto own = std::make_shared<Call>(Call{call.deadline});
    own->client = call.client;  // it waits in queues like the caller
    reading = own;
    const Executor executor = co_await net::this_coro::executor;
    net::co_spawn(executor, read_behind(own, code, seat.flight), net::detached);
  } else {
    joined_.add();
  }
  const Deadline patience{std::min(call.deadline.at(), seat.flight->began() + patience_)};
  std::optional<Flights::Landing> landing;
  if (!patience.passed()) {
    landing = co_await flights_.wait(seat.flight, patience, Flights::Role::passenger);
  }
  if (reading) call.statements += reading->statements;
  std::optional<CacheEntry> entry;
  if (landing && **landing) {
    entry = ***landing;
    co_return entry;
  }
  entry = cache_.find_stale(code, clock_.steady_now());
  if (entry) stale_.add();
  if (entry && !landing) stale_slow_.add();
  co_return entry;
}

awaitable<void> Resolver::read_behind(std::shared_ptr<Call> call, ShortCode code, Flights::Handle flight) {
  const result<CacheEntry> entry = co_await read(*call, code);
  flights_.land(code, flight, entry);
}

awaitable<result<CacheEntry>> Resolver::read(Call& call, ShortCode code) {
  const FillTicket ticket = cache_.begin_fill(code, clock_.steady_now());
  const bool shared_first = !doubt_.stands();
  result<CacheEntry> entry = Error{ErrorCode::unavailable, "The link could not be read."};
  try {
    if (shared_first) {
      std::optional<CacheEntry> shared = co_await read_shared(call, code);
      // Refused: it changed while we read.
      if (shared && cache_.fill(code, ticket, *shared, clock_.steady_now())) co_return *std::move(shared);
    }
    entry = co_await read_store(call, code, ticket);
    if (entry || shared_first || !doubt_.is_bearable(clock_.steady_now())) co_return entry;
    // What it says may be old, so that it is passed on, and not remembered.
    std::optional<CacheEntry> doubted = co_await read_shared(call, code);
    if (!doubted) co_return entry;
    stale_.add();
    co_return *std::move(doubted);
  } catch (const std::exception& failure) {  // whoever waits must be answered all the same
    entry = Error{ErrorCode::unavailable, "The link could not be read.", failure.what()};
  }
  co_return entry;
}

/// What the shared cache knows, unless we knew better once.
awaitable<std::optional<CacheEntry>> Resolver::read_shared(Call& call, ShortCode code) {
  std::optional<CacheEntry> entry;
  if (shared_ == nullptr) co_return entry;
  entry = co_await shared_->find(call, code);
  if (!entry) co_return entry;
  const std::optional<CacheEntry> known = cache_.find_stale(code, clock_.steady_now());
  const bool absent = entry->kind == CacheEntry::Kind::not_found;
  if (known && known->version > entry->version) entry.reset();
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

void Resolver::invalidate(const ShortCode& code, std::int64_t version) {
  cache_.invalidate(code, version);
  // Those who wait already asked before the change and may hear of the state before it; later ones read anew.
  flights_.detach(code);
}

void Resolver::forget_absent(std::chrono::milliseconds ignored_for) {
  const SteadyTime now = clock_.steady_now();
  absent_counts_from_ = now + ignored_for;
  cache_.forget_absent(now);
  flights_.detach_all();
}

void Resolver::forget_all() {
  cache_.forget_all();
  flights_.detach_all();
}

}  // namespace curt::links
