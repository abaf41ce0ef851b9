#include "visits/apply/batch_applier.hpp"

#include <array>
#include <chrono>
#include <set>
#include <utility>

#include "curt/base/logging.hpp"

#include "visits/apply/one_per_batch.hpp"

namespace curt::visits {
namespace {

constexpr auto kBatches = "curt_visit_batches_total";
constexpr auto kBatchesHelp =
    "Batches of visits by who delivered them to the database and what became of them.";

/// Decodes the batch, without its details where these are damaged.
std::optional<Batch> decode_what_can(const BatchApplier::Bytes& bytes) {
  auto batch = decode(bytes.counts, bytes.details);
  if (!batch && !bytes.details.empty()) batch = decode(bytes.counts, {});
  return batch;
}

}  // namespace

BatchApplier::BatchApplier(VisitStore& store, Metrics& metrics, const std::string& by)
    : store_(store),
      applied_(metrics.counter(kBatches, kBatchesHelp, {{"by", by}, {"outcome", "applied"}})),
      replayed_(metrics.counter(kBatches, kBatchesHelp, {{"by", by}, {"outcome", "replayed"}})),
      given_up_(metrics.counter(kBatches, kBatchesHelp, {{"by", by}, {"outcome", "given_up"}})),
      visits_(metrics.counter("curt_visits_applied_total", "Visits that were counted in the database.",
                              {{"by", by}})),
      seconds_(metrics.histogram("curt_visit_apply_seconds",
                                 "How long the database took for batches applied together.",
                                 duration_buckets(), {{"by", by}})) {}

awaitable<ApplyOutcome> BatchApplier::apply(std::vector<Bytes> batches, Deadline deadline) {
  ApplyOutcome outcome;
  outcome.fates.resize(batches.size());
  outcome.error = co_await apply_together(batches, outcome, deadline);
  if (!outcome.error || outcome.error->code != ErrorCode::invalid_value) co_return outcome;
  outcome.error.reset();
  for (std::size_t i = 0; i < batches.size() && !outcome.error; ++i) {
    if (outcome.fates[i].fate != Fate::waiting) continue;
    outcome.error = co_await apply_alone(batches[i], outcome.fates[i], deadline);
  }
  co_return outcome;
}

awaitable<std::optional<Error>> BatchApplier::apply_together(const std::vector<Bytes>& batches,
                                                             ApplyOutcome& outcome, Deadline deadline) {
  std::vector<Batch> decoded;
  std::vector<std::size_t> which;  // batch i of the call is the which[i]th of all
  std::set<BatchId> ids;
  std::vector<std::size_t> repeats;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    BatchFate& fate = outcome.fates[i];
    auto batch = decode_what_can(batches[i]);
    if (!batch) {
      fate.head = decode_head(batches[i].counts);
      fate.fate = Fate::undecodable;
      fate.reason = "its bytes are damaged";
      continue;
    }
    fate.head = BatchHead{batch->id, batch->begun_at, static_cast<std::uint32_t>(batch->visits())};
    if (!ids.insert(batch->id).second) {
      repeats.push_back(i);
    } else {
      decoded.push_back(std::move(*batch));
      which.push_back(i);
    }
  }
  if (decoded.empty()) co_return std::nullopt;
  auto answers = co_await call(std::move(decoded), deadline);
  if (!answers) co_return answers.error();
  for (std::size_t i = 0; i < which.size(); ++i) count(outcome.fates[which[i]], (*answers)[i]);
  for (const std::size_t i : repeats) count(outcome.fates[i], Applied::before);
  co_return std::nullopt;
}

awaitable<std::optional<Error>> BatchApplier::apply_alone(Bytes bytes, BatchFate& fate, Deadline deadline) {
  Error refusal;
  const std::array<std::string_view, 2> attempts{bytes.details, std::string_view{}};
  for (const std::string_view details : attempts) {
    const Bytes parts{bytes.counts, details};
    auto batch = decode_what_can(parts);
    std::vector<Batch> one;
    one.push_back(std::move(*batch));
    auto answers = co_await call(std::move(one), deadline);
    if (answers) {
      count(fate, answers->front());
      if (details.empty() && !bytes.details.empty()) {
        log::error("the database refused details of visits, which are left out",
                   {{"batch", fate.head->id.str()}, {"error", refusal.log}});
      }
      co_return std::nullopt;
    }
    refusal = answers.error();
    if (refusal.code != ErrorCode::invalid_value) co_return refusal;
    if (bytes.details.empty()) break;
  }
  fate.fate = Fate::refused;
  fate.reason = log_text(refusal);
  co_return std::nullopt;
}

awaitable<result<std::vector<Applied>>> BatchApplier::call(std::vector<Batch> batches, Deadline deadline) {
  const auto began = std::chrono::steady_clock::now();
  const std::size_t count = batches.size();
  Call call{deadline};
  auto answers = co_await store_.apply(call, std::move(batches));
  if (answers) seconds_.observe(std::chrono::steady_clock::now() - began);
  co_return one_per_batch(std::move(answers), count);
}

awaitable<result<void>> BatchApplier::give_up(BatchFate fate, Deadline deadline) {
  if (!fate.head) co_return result<void>{};
  log::error("a batch of visits is given up",
             {{"batch", fate.head->id.str()}, {"visits", fate.head->visits}, {"error", fate.reason}});
  Call call{deadline};
  auto done = co_await store_.give_up(call, fate.head->id, fate.head->visits, std::move(fate.reason));
  if (done) given_up_.add();
  co_return done;
}

void BatchApplier::count(BatchFate& fate, Applied applied) {
  fate.fate = applied == Applied::now ? Fate::applied : Fate::replayed;
  if (applied == Applied::before) {
    replayed_.add();
    return;
  }
  applied_.add();
  visits_.add(fate.head->visits);
}

}  // namespace curt::visits
