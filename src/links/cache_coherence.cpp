#include "curt/links/cache_coherence.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "curt/base/logging.hpp"

namespace curt::links {
namespace {

using namespace std::chrono_literals;

/// A link's time is taken before its commit, by the clock of whichever instance made the change.
constexpr auto kMargin = 10s;

constexpr std::size_t kPage = 500;
constexpr auto kPatience = 5s;

/// How far back an instance looks when it starts.
constexpr auto kMaybeUnannounced = 60s;

/// How long to leave alone what did not answer.
constexpr auto kPause = 500ms;

/// When a commit that got no answer has happened or never will: its server's time-outs are shorter.
constexpr auto kLatestCommit = 15s;

}  // namespace

CacheCoherence::CacheCoherence(LinkStore& store, LinkCache& cache, Resolver& resolver, Metrics& metrics)
    : store_(store),
      cache_(cache),
      resolver_(resolver),
      heard_(metrics.counter("curt_cache_changes_heard_total",
                             "Changes of links that were announced to this instance.")),
      replayed_(metrics.counter("curt_cache_changes_replayed_total",
                                "Changes that were announced anew after an outage of the shared cache.")) {
  metrics.gauge_from(
      "curt_cache_shared_first",
      "Whether the shared cache is asked before the database: 0 while changes that it may have "
      "missed are announced anew.",
      [&resolver] { return resolver.trusts_shared() ? 1.0 : 0.0; });
}

void CacheCoherence::changed(const ShortCode& code, std::int64_t version) {
  heard_.add();
  resolver_.invalidate(code, version);
}

void CacheCoherence::listening() { cache_.changes_are_heard(); }

void CacheCoherence::deaf() { cache_.changes_go_unheard(); }

void CacheCoherence::restored(Timestamp began_at) {
  // At once, on the thread on which the shared cache is about to be asked again.
  resolver_.trust_shared(false);
  net::post(*executor_, [this, began_at] {
    resolver_.trust_shared(false);  // an earlier replay may have ended meanwhile
    replay_since(began_at - kMargin);
  });
}

void CacheCoherence::started(Timestamp now) {
  net::post(*executor_, [this, now] { replay_since(now - kMaybeUnannounced); });
}

void CacheCoherence::look_again() {
  net::post(*executor_, [this] {
    if (std::exchange(looking_later_, true)) return;
    net::co_spawn(*executor_, look_later(), net::detached);
  });
}

awaitable<void> CacheCoherence::look_later() {
  const Timestamp now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  co_await pause(kLatestCommit);
  looking_later_ = false;
  replay_since(now - kMargin);
}

void CacheCoherence::replay_since(Timestamp since) {
  wanted_since_ = std::min(wanted_since_.value_or(since), since);
  if (std::exchange(replaying_, true)) return;
  net::co_spawn(*executor_, replay(), net::detached);
}

awaitable<void> CacheCoherence::replay() {
  while (wanted_since_) {
    const Timestamp since = *std::exchange(wanted_since_, std::nullopt);
    bool done = false;
    try {
      done = co_await announce_since(since);
    } catch (const std::exception& failure) {
      log::warn("changes could not be announced anew", {{"error", failure.what()}});
    }
    if (done) continue;
    resolver_.trust_shared(false);  // it may answer, and take no changes
    wanted_since_ = std::min(wanted_since_.value_or(since), since);
    co_await pause(kPause);
  }
  replaying_ = false;
  resolver_.trust_shared(true);
}

awaitable<void> CacheCoherence::pause(std::chrono::milliseconds time) {
  net::steady_timer timer{*executor_, time};
  boost::system::error_code ended;
  co_await timer.async_wait(net::redirect_error(use_awaitable, ended));
}

awaitable<bool> CacheCoherence::announce_since(Timestamp since) {
  std::size_t announced = 0;
  std::optional<Cursor> after;
  do {
    Call call{Deadline::in(kPatience)};
    result<LinkPage> page = co_await store_.changed_since(call, since, after, kPage);
    if (!page) co_return false;
    for (const Link& link : page->links) {
      const bool taken = co_await resolver_.announce(link);
      if (!taken) co_return false;
      replayed_.add();
    }
    announced += page->links.size();
    after = page->next;
  } while (after);
  log::info("changes since the outage of the cache were announced anew",
            {{"since", to_rfc3339(since)}, {"links", std::uint64_t{announced}}});
  co_return true;
}

}  // namespace curt::links
