#include "curt/links/cache_coherence.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

#include "curt/base/end_process_if_failed.hpp"
#include "curt/base/logging.hpp"
#include "curt/base/random.hpp"

namespace curt::links {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kPatience = 2s;
constexpr std::size_t kPage = 500;

/// How often what was announced is noted.
constexpr auto kNoteInterval = 50ms;

/// How often what need not be kept is swept away. Without a shared cache nothing but age closes a change.
constexpr auto kSweepInterval = 5s;
constexpr auto kSweepIntervalAlone = 1h;
constexpr int kMostSweeps = 20;

/// How long a doubt stands before it is worth a line.
constexpr auto kLongDoubt = 5s;

/// How long looks fail before it is asked whether that is the store's fault.
constexpr auto kLongBlindness = 5s;

/// Another server that is believed so soon after ours, which we still reach, is no accident.
constexpr auto kQuarrel = 10s;
constexpr std::chrono::milliseconds kFirstMendingPause = 1s;
constexpr std::chrono::milliseconds kLongestMendingPause = 30s;

std::string unique_name() { return fmt::format("{:016x}", FastRandom{}.next()); }

}  // namespace

CacheCoherence::CacheCoherence(const Parts& parts, std::chrono::milliseconds absent_ttl, Metrics& metrics)
    : parts_(parts),
      absent_ttl_(absent_ttl),
      name_(unique_name()),
      heard_(metrics.counter("curt_cache_changes_heard_total",
                             "Changes of links that were announced to this instance.")),
      replayed_(metrics.counter("curt_cache_changes_replayed_total",
                                "Changes that this instance announced once more.")) {
  if (parts_.shared == nullptr) return;
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
  net::co_spawn(executor, follow(), end_process_if_failed);
}

void CacheCoherence::stop() {
  stopping_ = true;
  if (!executor_) return;
  net::post(*executor_, [this] {
    if (pause_ != nullptr) pause_->cancel();
  });
}

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

awaitable<void> CacheCoherence::follow() {
  while (!stopping_) {
    const SteadyTime next = SteadyClock::now() + kLookInterval;
    bool failed = false;
    try {
      co_await look_and_note(next);
    } catch (const std::exception& failure) {  // no memory
      log::warn("changes of links cannot be followed", {{"error", failure.what()}});
      failed = true;
    }
    if (failed) co_await wait(kLookInterval);
    log_doubt();
  }
  co_await note_announced();
}

/// Takes until then.
awaitable<void> CacheCoherence::look_and_note(SteadyTime next) {
  co_await look();
  co_await sweep();
  do {
    co_await note_announced();
    const auto rest = next - SteadyClock::now();
    co_await wait(parts_.shared == nullptr ? rest : std::min<SteadyClock::duration>(rest, kNoteInterval));
  } while (!stopping_ && SteadyClock::now() < next);
}

awaitable<void> CacheCoherence::wait(SteadyClock::duration time) {
  if (stopping_) co_return;
  net::steady_timer timer{*executor_, time};
  pause_ = &timer;
  boost::system::error_code ended;
  co_await timer.async_wait(net::redirect_error(use_awaitable, ended));
  pause_ = nullptr;
}

awaitable<void> CacheCoherence::look() {
  const SteadyTime began = parts_.clock.steady_now();
  Call call{Deadline::in(kPatience)};
  result<OutboxView> view = co_await parts_.outbox.look(call, seen_);
  if (!view || view->standby) {
    std::string why = view ? "the database is a standby" : log_text(view.error());
    co_await go_on_blind(began, std::move(why));
    co_return;
  }
  see_again();
  const bool is_first = !looked_at_;
  // What was noted since may be swept away already.
  if (!is_first && began - *looked_at_ > Outbox::kKept / 2) view->incomplete = true;
  writable_ = view->writable;
  open_ = view->open;
  oldest_ms_ = view->oldest.value_or(0ms).count();
  if (parts_.shared != nullptr) {
    co_await judge_shared(*view, began);
  } else {
    forget(*view);
    if (is_first) parts_.cache.changes_are_heard();
  }
  // What was not forgotten for want of memory is seen once more.
  looked_at_ = began;
  seen_ = view->seen;
}

/// One that fails changes nothing; but where the store answers all the same, others may go on to change
/// links.
awaitable<void> CacheCoherence::go_on_blind(SteadyTime began, std::string why) {
  if (parts_.shared != nullptr) co_await recognise_server();
  if (!blind_since_) blind_since_ = began;
  if (is_blind_ || began - *blind_since_ < kLongBlindness) co_return;
  Call call{Deadline::in(kPatience)};
  const result<void> answered = co_await parts_.store.ping(call);
  if (!answered) {
    blind_since_.reset();  // when it answers again, looks have their time to do so too
    co_return;
  }
  is_blind_ = true;
  if (parts_.shared != nullptr) {
    parts_.doubt.found(parts_.clock.steady_now());
  } else {
    parts_.cache.changes_go_unheard();
  }
  log::warn("changes of links cannot be followed, although the database answers", {{"error", why}});
}

void CacheCoherence::see_again() {
  blind_since_.reset();
  if (!std::exchange(is_blind_, false)) return;
  if (parts_.shared == nullptr) parts_.cache.changes_are_heard();
  log::info("changes of links are followed again");
}

/// The store does not answer: whether the shared cache is still the one that was clean last.
awaitable<void> CacheCoherence::recognise_server() {
  if (!parts_.doubt.stands() || clean_server_.empty()) co_return;
  const std::uint64_t servers = parts_.doubt.servers();
  const SharedIdentity found = co_await identify();
  const bool is_known = found.kind == SharedIdentity::Kind::known;
  if (is_known && found.text == clean_server_) parts_.doubt.recognise_server(servers);
}

awaitable<SharedIdentity> CacheCoherence::identify() {
  SharedIdentity found = co_await parts_.shared->identity();
  if (found.kind == SharedIdentity::Kind::not_told && !std::exchange(untold_is_logged_, true)) {
    log::warn("the shared cache does not tell who it is and is not believed; its user needs +info");
  }
  co_return found;
}

awaitable<void> CacheCoherence::judge_shared(const OutboxView& view, SteadyTime began) {
  const std::uint64_t era = parts_.announcer.era();
  const SharedIdentity found = co_await identify();
  const bool is_known = found.kind == SharedIdentity::Kind::known;
  bool is_other = false;
  if (is_known) {
    is_other = found.text != server_;
    server_ = found.text;
    identity_ = view.history.empty() ? server_ : server_ + "@" + view.history;
    identity_era_ = era;
  }
  const bool is_same = is_known && identity_ == view.believed;
  const bool is_wrong = view.open > 0 || (is_known && !is_same);
  // A doubt that somebody raised meanwhile says nothing of what was read before it.
  const bool begins = is_wrong && !was_wrong_;
  // Before anything is forgotten, which would be read from the shared cache again.
  if (is_wrong) parts_.doubt.found(parts_.clock.steady_now());
  forget(view);
  if (begins && view.open > 0) co_await forget_open(view.open);
  // What was read from it since it became that one.
  if (is_known && !is_same && (begins || is_other)) parts_.resolver.forget_all();
  was_wrong_ = is_wrong;
  if (is_same && view.open == 0) {
    clean_server_ = server_;
    parts_.doubt.found_none(began);
  }
  if (is_wrong && is_known && view.writable) begin_to_mend(view, is_same, began);
}

void CacheCoherence::forget(const OutboxView& view) {
  if (view.incomplete) {
    parts_.resolver.forget_all();
    return;
  }
  for (const Change& change : view.fresh) parts_.resolver.invalidate(change.code, change.version);
}

awaitable<void> CacheCoherence::forget_open(std::size_t open) {
  if (open > OutboxView::kMost) {
    parts_.resolver.forget_all();
    co_return;
  }
  Call call{Deadline::in(kPatience)};
  const auto links = co_await parts_.outbox.open_changes(call, ShortCode{}, OutboxView::kMost);
  if (!links) {
    parts_.resolver.forget_all();
    co_return;
  }
  for (const Link& link : *links) parts_.resolver.invalidate(link.code, link.version);
}

void CacheCoherence::begin_to_mend(const OutboxView& view, bool is_same, SteadyTime began) {
  const SteadyTime now = parts_.clock.steady_now();
  const bool is_outdated = believed_at_ && began <= *believed_at_;
  if (mending_ || now < mend_at_ || is_outdated) return;
  const bool is_displaced = !is_same && believed_at_ && identity_ == ours_;
  if (is_displaced && now - *believed_at_ < kQuarrel + mending_pause_) {
    mending_pause_ = std::clamp(2 * mending_pause_, kFirstMendingPause, kLongestMendingPause);
    mend_at_ = now + mending_pause_;
    believed_at_.reset();
    if (!std::exchange(quarrel_is_logged_, true)) {
      log::warn("instances seem to reach different servers as the shared cache, and each empties its own");
    }
    return;
  }
  mending_ = true;
  net::co_spawn(*executor_, mend_shared(is_same, view.open, view.believed), net::detached);
}

awaitable<void> CacheCoherence::mend_shared(bool is_same, std::size_t open, std::string believed) {
  try {
    if (is_same) {
      co_await announce_open(open);
    } else {
      co_await change_server(std::move(believed));
    }
  } catch (const std::exception& failure) {  // no memory
    log::warn("changes of links cannot be announced", {{"error", failure.what()}});
  }
  mending_ = false;
}

/// Empties the server and has it believed. Meanwhile nobody is, so that nothing is noted as announced which
/// this one does not have.
awaitable<void> CacheCoherence::change_server(std::string believed) {
  const bool is_first = believed.empty();
  const std::uint64_t era = identity_era_;
  const std::string identity = identity_;
  const std::string nobody = fmt::format("{} is emptied by {}", identity, name_);
  const bool has_turn = co_await parts_.shared->may_empty();
  if (!has_turn) co_return;
  if (believed != nobody) {
    Call marking{Deadline::in(kPatience)};
    std::string mark = nobody;
    const auto marked = co_await parts_.outbox.believe(marking, std::move(mark), std::move(believed));
    if (!marked || !*marked) co_return;
  }
  const bool emptied = co_await parts_.shared->empty();
  if (!emptied || parts_.announcer.era() != era || identity != identity_) co_return;
  Call call{Deadline::in(kPatience)};
  std::string wanted = identity;
  std::string instead_of = nobody;
  const auto done = co_await parts_.outbox.believe(call, std::move(wanted), std::move(instead_of));
  if (!done || !*done) co_return;
  believed_at_ = parts_.clock.steady_now();
  ours_ = identity;
  if (!is_first)
    log::info("the shared cache is not the one of before, or the database is not, and was emptied");
}

awaitable<void> CacheCoherence::announce_open(std::size_t open) {
  const bool are_many = open > OutboxView::kMost;
  ShortCode after;
  bool more = true;
  bool any_taken = false;
  while (more && !stopping_) {
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
  while (!identity_.empty() && writable_) {
    std::vector<Change> changes = parts_.announcer.take_announced(identity_era_, kPage);
    if (changes.empty()) break;
    Call call{Deadline::in(kPatience)};
    std::string identity = identity_;
    const result<void> noted =
        co_await parts_.outbox.note_announced(call, std::move(changes), std::move(identity));
    if (!noted) break;  // they stay open, and are announced once more
  }
}

awaitable<void> CacheCoherence::sweep() {
  const SteadyTime now = parts_.clock.steady_now();
  const auto interval = parts_.shared != nullptr ? std::chrono::seconds{kSweepInterval} : kSweepIntervalAlone;
  if (!writable_ || (swept_at_ && now - *swept_at_ < interval)) co_return;
  swept_at_ = now;
  for (int page = 0; page < kMostSweeps; ++page) {
    Call call{Deadline::in(kPatience)};
    const result<std::size_t> swept = co_await parts_.outbox.sweep(call, kPage);
    if (!swept || *swept < kPage) break;
  }
}

void CacheCoherence::log_doubt() {
  if (parts_.shared == nullptr) return;
  const auto since = parts_.doubt.since();
  const bool is_long = since && parts_.clock.steady_now() - *since >= kLongDoubt;
  if (is_long && !std::exchange(doubt_is_logged_, true)) {
    log::warn("the shared cache may not know of every change; the database is asked before it",
              {{"open_changes", open_.load()}});
  }
  if (!since && std::exchange(doubt_is_logged_, false)) {
    log::info("the shared cache knows of every change again");
  }
}

}  // namespace curt::links
