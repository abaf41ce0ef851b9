#include "visits/epoch_adoption.hpp"

#include <utility>

#include "visits/adopted_epoch.hpp"

namespace curt::visits {

EpochAdoption::EpochAdoption(EpochPlace place, SpoolOptions spool, BatcherOptions batches, IsBot is_bot,
                             FaultPoint point)
    : folders_(std::move(place), std::move(point)),
      spool_(std::move(spool)),
      batches_(batches),
      is_bot_(std::move(is_bot)) {}

std::vector<std::unique_ptr<EpochSource>> EpochAdoption::adopt() {
  std::vector<std::unique_ptr<EpochSource>> epochs;
  for (EpochFolder& folder : folders_.adopt()) {
    auto spool = Spool::open(folder.spool(), folder.id(), spool_);
    if (!spool) {
      folders_.complain(folder.path(), spool.error().log);
      continue;  // and unlocked: what is wrong may pass
    }
    epochs.push_back(std::make_unique<AdoptedEpoch>(*this, std::move(folder), std::move(*spool)));
  }
  return epochs;
}

}  // namespace curt::visits
