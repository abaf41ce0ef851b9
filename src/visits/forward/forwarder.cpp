#include "curt/visits/forward/forwarder.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "curt/base/logging.hpp"

#include "visits/apply/delivery_outage.hpp"
#include "visits/forward/direct_delivery.hpp"
#include "visits/forward/forwarded_epoch.hpp"
#include "visits/forward/stream_delivery.hpp"

namespace curt::visits {
namespace {

using Outcome = Delivery::Outcome;
using SteadyClock = std::chrono::steady_clock;

}  // namespace

Forwarder::Forwarder(VisitStore& store, VisitStream* stream, const Clock& clock, Metrics& metrics,
                     const Executor& executor, Adopt adopt, ForwarderOptions options)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      adopt_(std::move(adopt)),
      loop_(executor),
      store_backoff_(options_.first_pause, options_.longest_pause),
      outage_(std::make_unique<DeliveryOutage>("forwarder", "spool")),
      direct_(std::make_unique<DirectDelivery>(store, metrics, options_.batches, options_.fault_point)),
      adopted_(metrics.counter("curt_visit_epochs_adopted_total",
                               "Epochs of ended processes whose visits this one took over.")),
      closed_(metrics.counter("curt_visit_epochs_closed_total",
                              "Epochs that this process completed in the database.")) {
  if (stream != nullptr) stream_ = std::make_unique<StreamDelivery>(*stream, store, metrics, options_);
  register_metrics(metrics);
}

Forwarder::~Forwarder() {
  loop_.stop();
  loop_.join();
}

void Forwarder::start(std::unique_ptr<EpochSource> own) {
  {
    const std::lock_guard lock{mutex_};
    own_ = std::make_shared<ForwardedEpoch>(std::move(own), ForwardedEpoch::Owner::this_process);
    epochs_.push_back(own_);
  }
  Loop::Steps steps;
  steps.round = [this] { return round(); };
  steps.failed = [this](const std::exception& failure) { outage_->failed(failure.what()); };
  steps.pause = [this](bool more) { return pause(more); };
  loop_.start(std::move(steps));
}

bool Forwarder::finish(Deadline deadline) {
  {
    const std::lock_guard lock{mutex_};
    finish_by_ = deadline;
    finishing_since_ = SteadyClock::now();
  }
  const bool ended = loop_.join_until(deadline.at());
  if (!ended) loop_.stop();
  loop_.join();
  const std::lock_guard lock{mutex_};
  return own_ && own_->closed;
}

Forwarder::Epochs Forwarder::epochs() const {
  const std::lock_guard lock{mutex_};
  return epochs_;
}

std::vector<EpochReport> Forwarder::reports() const {
  std::vector<EpochReport> reports;
  for (const auto& epoch : epochs()) {
    if (epoch->seen_known) reports.push_back(EpochLedger::report_of(*epoch->source, {}));
  }
  return reports;
}

std::optional<Timestamp> Forwarder::oldest_pending() const {
  std::optional<Timestamp> oldest;
  for (const auto& epoch : epochs()) {
    const auto since = EpochLedger::report_of(*epoch->source, {}).pending_since;
    if (since) oldest = std::min(oldest.value_or(*since), *since);
  }
  return oldest;
}

Forwarder::State Forwarder::state() const {
  State state;
  state.delivering = !outage_->is_on();
  for (const auto& epoch : epochs()) {
    const SpoolFigures figures = epoch->spool().figures();
    state.spool_bytes += figures.bytes;
    state.visits += figures.visits;
  }
  state.pending_since = oldest_pending();
  return state;
}

std::optional<ForwarderOptions::Duration> Forwarder::pause(bool more) {
  forget_closed();
  const std::lock_guard lock{mutex_};
  if (finish_by_ && (own_->closed || finish_by_->passed())) return std::nullopt;
  return more ? ForwarderOptions::Duration{} : options_.poll;
}

awaitable<bool> Forwarder::round() {
  adopt_abandoned();
  bool more = false;
  const Epochs all = epochs();
  for (const auto& epoch : all) {
    if (loop_.is_stopping()) co_return false;
    const bool known = co_await ask_seen(*epoch);
    if (!known) continue;
    if (!epoch->drained) epoch->drained = epoch->source->is_drained();
    // The database is to know the epoch of what it is given.
    if (!epoch->ledger.is_reported()) co_await report(*epoch);
    const bool delivered = co_await deliver(*epoch);
    more = more || delivered;
    if (stream_ && store_backoff_.is_over() &&
        SteadyClock::now() - epoch->asked_at >= options_.confirm_every) {
      epoch->asked_at = SteadyClock::now();
      const result<void> confirmed = co_await stream_->confirm(*epoch, call_deadline());
      note(confirmed);
    }
    epoch->spool().tidy(Spool::Tidy::when_idle);
    co_await confirm_positions(*epoch);
    co_await report(*epoch);
    if (epoch->drained && epoch->spool().figures().batches == 0) co_await close(*epoch);
  }
  lag_watch_.look(oldest_pending(), clock_.now());
  co_return more;
}

awaitable<bool> Forwarder::deliver(ForwardedEpoch& epoch) {
  if (stream_ && !workers_had_time()) {
    const Delivery streamed = co_await stream_->deliver(epoch);
    if (streamed.outcome == Outcome::some) outage_->went_on();
    if (streamed.outcome != Outcome::failed) co_return streamed.outcome == Outcome::some;
    epoch.take_back(SteadyClock::now() - options_.lost_after);
  } else if (stream_) {
    epoch.take_back(SteadyClock::now());
  }
  if (!store_backoff_.is_over()) co_return false;
  const Delivery direct = co_await direct_->deliver(epoch, call_deadline());
  switch (direct.outcome) {
    case Outcome::some:
      store_backoff_.succeeded();
      outage_->went_on();
      break;
    case Outcome::nothing:
      break;
    case Outcome::failed:
      store_backoff_.failed();
      outage_->failed(direct.reason);
      break;
  }
  co_return direct.outcome == Outcome::some;
}

awaitable<void> Forwarder::confirm_positions(ForwardedEpoch& epoch) {
  const auto now = SteadyClock::now();
  if (!store_backoff_.is_over() || now - epoch.ledger.confirmed_at < options_.confirm_positions_every)
    co_return;
  for (const std::uint16_t ring : epoch.spool().rings()) {
    const std::uint64_t position = epoch.spool().confirmed(ring);
    std::uint64_t& confirmed = epoch.ledger.confirmed[ring];
    if (position <= confirmed) continue;
    Call call{call_deadline()};
    reach(options_.fault_point, "forwarder: confirm");
    const result<void> done = co_await store_.confirm(call, epoch.source->id(), ring, position);
    if (!note(done)) co_return;
    confirmed = position;
  }
  epoch.ledger.confirmed_at = now;
}

awaitable<void> Forwarder::report(ForwardedEpoch& epoch) {
  if (!store_backoff_.is_over()) co_return;
  EpochReport now = EpochLedger::report_of(*epoch.source, clock_.now());
  if (!epoch.ledger.is_due(now, options_.report_every, options_.report_at_least_every)) co_return;
  co_await send_report(epoch, std::move(now));
}

awaitable<void> Forwarder::close(ForwardedEpoch& epoch) {
  if (epoch.closed || !store_backoff_.is_over()) co_return;
  epoch.spool().tidy(Spool::Tidy::now);
  epoch.ledger.confirmed_at = {};
  co_await confirm_positions(epoch);
  if (!store_backoff_.is_over()) co_return;
  EpochReport last = EpochLedger::report_of(*epoch.source, clock_.now());
  last.closed = epoch.source->closing() == EpochSource::Closing::complete;
  const bool reported = co_await send_report(epoch, last);
  if (!reported) co_return;
  if (last.closed) co_await look_for_missing(epoch, std::move(last));
  reach(options_.fault_point, "forwarder: closed");
  epoch.source->remove();
  epoch.closed = true;
  closed_.add();
}

awaitable<bool> Forwarder::send_report(ForwardedEpoch& epoch, EpochReport report) {
  Call call{call_deadline()};
  reach(options_.fault_point, "forwarder: report");
  const result<void> done = co_await store_.report(call, report);
  if (!note(done)) co_return false;
  epoch.ledger.reported(report);
  co_return true;
}

bool Forwarder::note(const result<void>& answer) {
  if (answer) {
    store_backoff_.succeeded();
    return true;
  }
  store_backoff_.failed();
  if (!stream_) outage_->failed(log_text(answer.error()));
  return false;
}

void Forwarder::forget_closed() {
  const std::lock_guard lock{mutex_};
  for (const auto& epoch : epochs_) {
    if (!epoch->closed || !epoch->seen_known) continue;
    const EpochReport last = EpochLedger::report_of(*epoch->source, {});
    gone_dropped_ += last.dropped;
    gone_undetailed_ += last.undetailed;
  }
  std::erase_if(epochs_, [](const auto& epoch) { return epoch->closed; });
}

Deadline Forwarder::call_deadline() const {
  const auto usual = SteadyClock::now() + options_.call_deadline;
  const std::lock_guard lock{mutex_};
  return Deadline{finish_by_ ? std::min(usual, finish_by_->at()) : usual};
}

bool Forwarder::workers_had_time() const {
  const std::lock_guard lock{mutex_};
  return finish_by_ && SteadyClock::now() - finishing_since_ >= options_.stream_grace;
}

}  // namespace curt::visits
