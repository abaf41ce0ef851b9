#include "curt/links/cache_coherence.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
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

/// How long to leave a store alone that did not answer.
constexpr auto kPause = 500ms;

}  // namespace

CacheCoherence::CacheCoherence(LinkStore& store, LinkCache& cache, Resolver& resolver, Metrics& metrics)
    : store_(store),
      cache_(cache),
      resolver_(resolver),
      heard_(metrics.counter("curt_cache_changes_heard_total",
                             "Changes of links that were announced to this instance.")),
      replayed_(metrics.counter("curt_cache_changes_replayed_total",
                                "Changes that were announced anew after an outage of the shared cache.")) {}

void CacheCoherence::changed(const ShortCode& code, std::int64_t version) {
  heard_.add();
  resolver_.invalidate(code, version);
}

void CacheCoherence::listening() { cache_.trust(); }

void CacheCoherence::deaf() { cache_.distrust(); }

void CacheCoherence::restored(Timestamp began_at) {
  net::post(*executor_, [this, since = began_at - kMargin] {
    wanted_since_ = std::min(wanted_since_.value_or(since), since);
    if (std::exchange(replaying_, true)) return;
    net::co_spawn(*executor_, replay(), [this](const std::exception_ptr& thrown) {
      replaying_ = false;
      if (thrown) log::error("changes could not be announced anew");
    });
  });
}

awaitable<void> CacheCoherence::replay() {
  while (wanted_since_) {
    const Timestamp since = *std::exchange(wanted_since_, std::nullopt);
    co_await announce_since(since);
  }
}

awaitable<void> CacheCoherence::announce_since(Timestamp since) {
  std::size_t announced = 0;
  std::optional<Cursor> after;
  for (bool complete = false; !complete;) {
    Call call{Deadline::in(kPatience)};
    result<LinkPage> page = co_await store_.changed_since(call, since, after, kPage);
    if (!page) {
      net::steady_timer pause{*executor_, kPause};
      boost::system::error_code ended;
      co_await pause.async_wait(net::redirect_error(use_awaitable, ended));
      continue;
    }
    for (const Link& link : page->links) {
      co_await resolver_.announce(link);
      replayed_.add();
    }
    announced += page->links.size();
    after = page->next;
    complete = !after;
  }
  log::info("changes since the outage of the cache were announced anew",
            {{"since", to_rfc3339(since)}, {"links", std::uint64_t{announced}}});
}

}  // namespace curt::links
