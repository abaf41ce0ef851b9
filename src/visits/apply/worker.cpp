#include "curt/visits/apply/worker.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "curt/base/logging.hpp"

#include "visits/apply/batch_applier.hpp"
#include "visits/apply/delivery_outage.hpp"

namespace curt::visits {
namespace {

/// Names of applied entries that are kept while the stream does not take them; more are left to be delivered
/// again, which does no harm.
constexpr std::size_t kMostApplied = 1024;

/// Whether the error may be caused by the batch's content rather than by a lock, an overloaded database or a
/// lost answer.
bool may_be_its_fault(const std::optional<Error>& error) {
  return error && error->code != ErrorCode::deadline_exceeded && error->code != ErrorCode::overloaded &&
         error->code != ErrorCode::outcome_unknown;
}

}  // namespace

Worker::Worker(VisitStream& stream, VisitStore& store, Metrics& metrics, const Executor& executor,
               WorkerOptions options)
    : stream_(stream),
      store_(store),
      options_(std::move(options)),
      loop_(executor),
      applier_(std::make_unique<BatchApplier>(store, metrics, "worker")),
      backoff_(options_.first_pause, options_.longest_pause),
      outage_(std::make_unique<DeliveryOutage>("worker", "stream")),
      buried_(metrics.counter("curt_visit_batches_buried_total",
                              "Batches of visits that can never be applied and were put aside.")),
      group_(options_.batches),
      idle_(options_.shortest_idle) {
  const auto entries = [&](const char* state, const std::atomic<std::uint64_t>& number) {
    metrics.gauge_from("curt_visit_stream_entries", "Batches in the stream by what became of them so far.",
                       [&number] { return static_cast<double>(number.load()); }, {{"state", state}});
  };
  entries("waiting", waiting_);
  entries("taken", taken_);
  entries("buried", dead_);
}

Worker::~Worker() {
  loop_.stop();
  loop_.join();
}

void Worker::start() {
  Loop::Steps steps;
  steps.round = [this] { return round(); };
  steps.failed = [this](const std::exception& failure) {
    backoff_.failed();
    outage_->failed(failure.what());
  };
  steps.pause = [this](bool more) { return pause(more); };
  steps.last = [this] { return leave(); };
  loop_.start(std::move(steps));
}

WorkerOptions::Duration Worker::pause(bool more) {
  if (more) {
    idle_ = options_.shortest_idle;
    return {};
  }
  const auto pause = idle_;
  if (held_.empty()) idle_ = std::min(2 * idle_, options_.longest_idle);
  return pause;
}

awaitable<bool> Worker::round() {
  if (!backoff_.is_over()) co_return false;
  co_await finish();
  co_await look_at_lag();
  if (held_.empty()) {
    const bool took = co_await take();
    if (!took) co_return false;
  }
  const bool done = co_await apply_group();
  co_await finish();
  co_return done;
}

awaitable<bool> Worker::take() {
  auto entries = co_await stream_.take(options_.name, options_.batches, options_.abandoned_after);
  if (!entries) {
    backoff_.failed();
    outage_->failed("the stream does not answer");
    co_return false;
  }
  outage_->went_on();
  Entries suspects;
  for (StreamEntry& entry : *entries) (is_suspect(entry) ? suspects : held_).push_back(std::move(entry));
  // Suspects come last, so that they hold up no others.
  std::move(suspects.begin(), suspects.end(), std::back_inserter(held_));
  reach(options_.fault_point, "worker: taken");
  co_await forget_idle();
  co_return !held_.empty();
}

std::size_t Worker::group_size() const {
  if (is_suspect(held_.front())) return 1;
  const auto suspect =
      std::find_if(held_.begin(), held_.end(), [&](const auto& entry) { return is_suspect(entry); });
  return static_cast<std::size_t>(suspect - held_.begin());
}

awaitable<bool> Worker::apply_group() {
  const std::size_t count = std::min(group_size(), group_);
  std::vector<BatchApplier::Bytes> bytes;
  bytes.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    bytes.push_back({held_[i].encoded_counts, held_[i].encoded_details});
  reach(options_.fault_point, "worker: apply");
  ApplyOutcome outcome = co_await applier_->apply(std::move(bytes), call_deadline());
  reach(options_.fault_point, "worker: applied");

  std::vector<bool> done(count);
  for (std::size_t i = 0; i < count; ++i) {
    BatchFate& fate = outcome.fates[i];
    if (fate.fate == Fate::waiting && is_suspect(held_[i]) && may_be_its_fault(outcome.error)) {
      const bool hopeless = co_await is_hopeless(held_[i], fate);
      if (hopeless) {
        fate.fate = Fate::refused;
        fate.reason = outcome.error ? outcome.error->log : std::string{};
      }
    }
    switch (fate.fate) {
      case Fate::waiting:
        break;
      case Fate::applied:
        ++went_well_;
        [[fallthrough]];
      case Fate::replayed:
        applied_.push_back(held_[i].entry);
        done[i] = true;
        break;
      case Fate::undecodable:
      case Fate::refused:
        done[i] = co_await bury(held_[i], std::move(fate));
        break;
    }
  }
  Entries kept;
  for (std::size_t i = 0; i < held_.size(); ++i) {
    if (i >= count || !done[i]) kept.push_back(std::move(held_[i]));
  }
  held_.swap(kept);
  if (std::find(done.begin(), done.end(), false) == done.end()) {
    backoff_.succeeded();
    outage_->went_on();
    group_ = std::min(2 * group_, options_.batches);
    co_return true;
  }
  backoff_.failed();
  group_ = std::max<std::size_t>(group_ / 2, 1);  // what is too much for the time there is, is less next time
  const auto& error = outcome.error;
  outage_->failed(!error ? "the stream does not answer" : log_text(*error));
  // Let go of the suspect: the stream delivers it again after a while, and meanwhile other entries show
  // whether the database takes anything.
  if (is_suspect(held_.front())) held_.erase(held_.begin());
  co_return false;
}

awaitable<bool> Worker::is_hopeless(const StreamEntry& entry, const BatchFate& fate) {
  if (!fate.head) co_return false;
  std::vector<BatchId> ids;
  ids.push_back(fate.head->id);
  Call call{call_deadline()};
  const auto answers = co_await store_.settled(call, std::move(ids));
  // The database is away, or has the batch after all.
  if (!answers || answers->size() != 1 || answers->front()) co_return false;
  if (alone_.size() >= kMostApplied) alone_.clear();  // most of them have fallen to other workers
  const auto [failures, first] = alone_.try_emplace(entry.entry, Failures{0, went_well_});
  ++failures->second.count;
  // A database that can be read may refuse all writes (a full disk, a missing grant), which says nothing
  // about this entry: others must have got through meanwhile.
  const bool hopeless =
      failures->second.count >= options_.failures_alone && went_well_ > failures->second.others_before;
  co_return hopeless;
}

awaitable<bool> Worker::bury(const StreamEntry& entry, BatchFate fate) {
  // Bury before giving up: if the process ends between the two, the origin sends the batch again and it is
  // buried twice; the other way round there would be nothing for the operator to look at.
  log::error("a batch of visits can never be applied and is put aside",
             {{"entry", entry.entry}, {"deliveries", entry.deliveries}, {"error", fate.reason}});
  StreamEntry copy = entry;
  std::string reason = fate.reason;
  reach(options_.fault_point, "worker: bury");
  const bool buried = co_await stream_.bury(std::move(copy), std::move(reason));
  reach(options_.fault_point, "worker: buried");
  if (!buried) co_return false;
  buried_.add();
  alone_.erase(entry.entry);
  const auto given_up = co_await applier_->give_up(std::move(fate), call_deadline());
  co_return given_up.has_value();
}

awaitable<void> Worker::finish() {
  if (applied_.empty()) co_return;
  std::vector<std::string> entries = applied_;
  for (const std::string& entry : entries) alone_.erase(entry);
  reach(options_.fault_point, "worker: finish");
  const bool done = co_await stream_.finish(std::move(entries));
  reach(options_.fault_point, "worker: finished");
  if (done || applied_.size() > kMostApplied) applied_.clear();
}

awaitable<void> Worker::look_at_lag() {
  const auto now = std::chrono::steady_clock::now();
  if (now - lag_at_ < options_.lag_every) co_return;
  lag_at_ = now;
  const auto lag = co_await stream_.lag();
  if (!lag) co_return;
  waiting_ = lag->waiting;
  taken_ = lag->taken;
  dead_ = lag->buried;
}

awaitable<void> Worker::forget_idle() {
  const auto now = std::chrono::steady_clock::now();
  if (forgot_at_ && now - *forgot_at_ < options_.forget_every) co_return;
  forgot_at_ = now;
  const auto forgotten = co_await stream_.forget_idle(options_.forget_after);
  if (forgotten.value_or(0) == 0) co_return;
  log::info("removed workers from the stream that ended long ago", {{"workers", *forgotten}});
}

awaitable<void> Worker::leave() {
  if (!backoff_.is_over()) co_return;  // nobody should wait for a stream that is away
  std::string name = options_.name;
  co_await stream_.leave(std::move(name));
}

}  // namespace curt::visits
