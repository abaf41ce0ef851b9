#include "curt/links/cache_coherence.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "curt/base/logging.hpp"

namespace curt::links {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

/// A store that takes longer to be looked at could not keep the promise of a second.
constexpr auto kLookPatience = 1s;
constexpr auto kPatience = 2s;
constexpr std::size_t kPage = 500;

/// How often what was announced is noted.
constexpr milliseconds kNoteInterval = 50ms;

/// How often what need not be kept is swept away. Without a shared cache nothing but age closes a change.
constexpr auto kSweepInterval = 5s;
constexpr auto kSweepIntervalAlone = 1h;
constexpr int kMostSweeps = 20;

/// How long a doubt stands before it is worth a line.
constexpr auto kLongDoubt = 5s;

/// How seldom looks are made while they fail and the store is not the cause.
constexpr auto kBlindInterval = 1s;

Counter looks_of(Metrics& metrics, const char* how) {
  return metrics.counter("curt_outbox_looks_total", "Looks for what others changed.", {{"result", how}});
}

}  // namespace

CacheCoherence::CacheCoherence(const Parts& parts, milliseconds absent_ttl, Metrics& metrics)
    : parts_(parts),
      absent_ttl_(absent_ttl),
      heard_(metrics.counter("curt_cache_changes_heard_total",
                             "Changes of links that were announced to this instance.")),
      replayed_(metrics.counter("curt_cache_changes_replayed_total",
                                "Changes that this instance announced once more.")),
      looks_(looks_of(metrics, "ok")),
      failed_looks_(looks_of(metrics, "failed")),
      blindness_(parts_.store) {
  if (parts_.shared == nullptr) return;
  belief_.emplace(Belief::Parts{.outbox = parts_.outbox,
                                .shared = *parts_.shared,
                                .announcer = parts_.announcer,
                                .doubt = parts_.doubt,
                                .clock = parts_.clock});
  metrics.gauge_from(
      "curt_cache_shared_first",
      "Whether the shared cache is asked before the database: 0 while it may not know of every "
      "change.",
      [&doubt = parts_.doubt] { return doubt.stands() ? 0.0 : 1.0; });
  metrics.gauge_from("curt_outbox_open",
                     "Changes older than 250 ms that the shared cache is not known to have, 1001 for more.",
                     [this] { return static_cast<double>(open_.load()); });
  metrics.gauge_from("curt_outbox_oldest_seconds",
                     "Age of the oldest change that the shared cache is not known to have.",
                     [this] { return static_cast<double>(oldest_ms_.load()) / 1000; });
}

void CacheCoherence::start(const Executor& executor) {
  executor_ = executor;
  Loop::Steps steps;
  steps.round = [this] { return go_round(); };
  steps.failed = [](const std::exception& failure) {  // no memory
    log::warn("changes of links cannot be followed", {{"error", failure.what()}});
  };
  steps.pause = [this](bool /*more*/) -> std::optional<milliseconds> {
    const auto rest = std::chrono::ceil<milliseconds>(next_look_ - SteadyClock::now());
    const milliseconds longest = parts_.shared == nullptr ? milliseconds::max() : kNoteInterval;
    return std::clamp(rest, milliseconds{1}, longest);
  };
  steps.last = [this] { return note_announced(); };
  loop_.emplace(executor);
  loop_->start(std::move(steps));
}

void CacheCoherence::stop() {
  if (loop_) loop_->stop();
}

bool CacheCoherence::join_until(SteadyClock::time_point end) { return !loop_ || loop_->join_until(end); }

void CacheCoherence::changed(const ShortCode& code, std::int64_t version) {
  heard_.add();
  parts_.resolver.invalidate(code, version);
}

void CacheCoherence::told(SharedNotice notice) {
  switch (notice) {
    case SharedNotice::doubt:
      parts_.doubt.raise(parts_.clock.steady_now());
      break;
    case SharedNotice::forget_all:
      parts_.resolver.forget_all();
      break;
    case SharedNotice::forget_absent:
      parts_.resolver.forget_absent(2 * absent_ttl_);
      break;
  }
}

void CacheCoherence::listening() { parts_.cache.changes_are_heard(); }

void CacheCoherence::deaf() { parts_.cache.changes_go_unheard(); }

void CacheCoherence::connected() {
  parts_.doubt.lose_server(parts_.clock.steady_now());
  parts_.announcer.begin_era();
}

/// A look where it is time for one, and whenever it is not what follows from earlier ones.
awaitable<bool> CacheCoherence::go_round() {
  const SteadyTime now = SteadyClock::now();
  if (now >= next_look_) {
    next_look_ = now + (is_blind() ? milliseconds{kBlindInterval} : kLookInterval);
    co_await look();
    co_await sweep();
    log_doubt();
  }
  co_await note_announced();
  co_return false;
}

awaitable<void> CacheCoherence::look() {
  const SteadyTime began = parts_.clock.steady_now();
  Call call{Deadline::in(kLookPatience)};
  result<OutboxView> view = co_await parts_.outbox.look(call, seen_);
  (view ? looks_ : failed_looks_).add();
  if (!view) {
    std::string why = log_text(view.error());
    co_await go_on_blind(began, std::move(why));
    co_return;
  }
  const bool was_blind = blindness_.look_succeeded();
  if (was_blind && !belief_) parts_.cache.changes_are_heard();
  // Whoever changes links does so elsewhere, if anybody; it may lag behind.
  if (view->standby) {
    if (belief_) co_await belief_->recognise();
    co_return;
  }
  const bool is_first = !looked_at_;
  // What was noted since may be swept away already.
  if (!is_first && began - *looked_at_ > Outbox::kKept / 2) view->incomplete = true;
  writable_ = view->writable;
  open_ = view->open;
  oldest_ms_ = view->oldest.value_or(0ms).count();
  if (belief_) {
    co_await judge_shared(*view, began);
  } else {
    forget(*view);
    if (is_first) parts_.cache.changes_are_heard();
  }
  // What was not forgotten for want of memory is seen once more.
  looked_at_ = began;
  seen_ = view->seen;
}

/// A failed look changes nothing, unless others may go on to change links.
awaitable<void> CacheCoherence::go_on_blind(SteadyTime began, std::string why) {
  if (belief_) co_await belief_->recognise();
  const bool is_newly_blind = co_await blindness_.look_failed(began, std::move(why));
  if (!is_newly_blind) co_return;
  if (belief_) {
    parts_.doubt.found(parts_.clock.steady_now());
  } else {
    parts_.cache.changes_go_unheard();
  }
}

awaitable<void> CacheCoherence::judge_shared(const OutboxView& view, SteadyTime began) {
  const Belief::Finding found = co_await belief_->ask(view);
  const bool is_stranger = found.is_known && !found.is_believed;
  const bool is_wrong = view.open > 0 || is_stranger;
  // A doubt that somebody raised meanwhile says nothing of what was read before it.
  const bool begins = is_wrong && !was_wrong_;
  // Before anything is forgotten, which would be read from the shared cache again.
  if (is_wrong) parts_.doubt.found(parts_.clock.steady_now());
  forget(view);
  if (begins && view.open > 0) co_await forget_open();
  // What was read from it since it became that one.
  if (is_stranger && (begins || found.has_changed)) parts_.resolver.forget_all();
  was_wrong_ = is_wrong;
  if (found.is_believed && view.open == 0) belief_->found_clean(began);
  if (!is_wrong || !found.is_known || !view.writable || mending_) co_return;
  if (is_stranger && !belief_->may_change(began)) co_return;
  mending_ = true;
  net::co_spawn(*executor_, mend_shared(found.is_believed, view.open, view.believed), net::detached);
}

void CacheCoherence::forget(const OutboxView& view) {
  if (view.incomplete) {
    parts_.resolver.forget_all();
    return;
  }
  for (const Change& change : view.fresh) parts_.resolver.invalidate(change.code, change.version);
}

awaitable<void> CacheCoherence::forget_open() {
  Call call{Deadline::in(kPatience)};
  const auto links = co_await parts_.outbox.open_changes(call, ShortCode{}, OutboxView::kMost + 1);
  if (!links || links->size() > OutboxView::kMost) {
    parts_.resolver.forget_all();
    co_return;
  }
  for (const Link& link : *links) parts_.resolver.invalidate(link.code, link.version);
}

awaitable<void> CacheCoherence::mend_shared(bool is_believed, std::size_t open, std::string believed) {
  try {
    if (is_believed) {
      co_await announce_open(open);
    } else {
      co_await belief_->change(std::move(believed));
    }
  } catch (const std::exception& failure) {  // no memory
    log::warn("changes of links cannot be announced", {{"error", failure.what()}});
  }
  mending_ = false;
}

awaitable<void> CacheCoherence::announce_open(std::size_t open) {
  const bool are_many = open > OutboxView::kMost;
  ShortCode after;
  bool more = true;
  bool any_taken = false;
  while (more && !loop_->is_stopping()) {
    Call call{Deadline::in(kPatience)};
    auto links = co_await parts_.outbox.open_changes(call, after, kPage);
    if (!links || links->empty()) break;
    after = links->back().code;
    const std::size_t count = links->size();
    const Telling telling = are_many ? Telling::nobody : Telling::each_link_once_set;
    const bool taken = co_await parts_.announcer.repeat(*std::move(links), telling);
    if (taken) replayed_.add(count);
    any_taken = any_taken || taken;
    more = taken && count == kPage;
  }
  // Where nothing was taken there is nothing new to read, and the next look would tell it once more.
  if (are_many && any_taken) parts_.shared->tell(SharedNotice::forget_all);
}

awaitable<void> CacheCoherence::note_announced() {
  while (belief_ && !belief_->identity().empty() && writable_) {
    std::vector<Change> changes = parts_.announcer.take_announced(belief_->era(), kPage);
    if (changes.empty()) break;
    Call call{Deadline::in(kPatience)};
    std::string identity = belief_->identity();
    const result<void> noted =
        co_await parts_.outbox.note_announced(call, std::move(changes), std::move(identity));
    if (!noted) break;  // they stay open, and are announced once more
  }
}

awaitable<void> CacheCoherence::sweep() {
  const SteadyTime now = parts_.clock.steady_now();
  const auto interval = belief_ ? std::chrono::seconds{kSweepInterval} : kSweepIntervalAlone;
  if (!writable_ || (swept_at_ && now - *swept_at_ < interval)) co_return;
  swept_at_ = now;
  for (int page = 0; page < kMostSweeps; ++page) {
    Call call{Deadline::in(kPatience)};
    const result<std::size_t> swept = co_await parts_.outbox.sweep(call, kPage);
    if (!swept || *swept < kPage) break;
  }
}

void CacheCoherence::log_doubt() {
  if (!belief_) return;
  const auto since = parts_.doubt.since();
  if (!since) {
    long_doubt_.end();
  } else if (parts_.clock.steady_now() - *since >= kLongDoubt) {
    long_doubt_.begin({{"open_changes", open_.load()}});
  }
}

}  // namespace curt::links
