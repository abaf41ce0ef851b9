#include "visits/forward/direct_delivery.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace curt::visits {

using Outcome = Delivery::Outcome;

DirectDelivery::DirectDelivery(VisitStore& store, Metrics& metrics, std::size_t batches, FaultPoint point)
    : applier_(store, metrics, "forwarder"), most_(batches), batches_(batches), point_(std::move(point)) {}

awaitable<Delivery> DirectDelivery::deliver(ForwardedEpoch& epoch, Deadline deadline) {
  auto batches = epoch.next(batches_);
  Delivery delivery;
  if (!batches) {
    delivery = {Outcome::failed, batches.error().log};
    co_return delivery;
  }
  if (batches->empty()) co_return delivery;
  std::vector<BatchApplier::Bytes> bytes;
  for (const SpooledBatch& batch : *batches)
    bytes.push_back({batch.batch.encoded_counts, batch.batch.encoded_details});
  reach(point_, "forwarder: apply");
  ApplyOutcome outcome = co_await applier_.apply(std::move(bytes), deadline);
  reach(point_, "forwarder: applied");

  std::vector<SpoolPosition> settled;
  for (std::size_t i = 0; i < batches->size(); ++i) {
    const SpooledBatch& batch = (*batches)[i];
    BatchFate& fate = outcome.fates[i];
    if (fate.fate == Fate::applied || fate.fate == Fate::replayed) settled.push_back(batch.position);
    if (fate.fate == Fate::undecodable) epoch.lost(batch);
    if (fate.fate != Fate::refused) continue;
    const auto given_up = co_await applier_.give_up(std::move(fate), deadline);
    if (given_up) {
      settled.push_back(batch.position);
    } else {
      outcome.error = given_up.error();
    }
  }
  epoch.settled(settled);
  reach(point_, "forwarder: settled");
  delivery.outcome = Outcome::some;
  // What is too much for the time there is, is less the next time.
  batches_ = outcome.error ? std::max<std::size_t>(batches_ / 2, 1) : std::min(2 * batches_, most_);
  if (outcome.error) {
    delivery.outcome = Outcome::failed;
    delivery.reason = log_text(*outcome.error);
  }
  co_return delivery;
}

}  // namespace curt::visits
