#include "visits/epoch/epoch_adoption.hpp"

#include <filesystem>
#include <utility>

#include "visits/epoch/adopted_epoch.hpp"

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
    const std::filesystem::path path = folder.path();
    auto epoch = AdoptedEpoch::open(*this, std::move(folder));
    if (!epoch) {  // and unlocked: what is wrong may pass
      folders_.note_unopened(path, log_text(epoch.error()));
      continue;
    }
    if (*epoch) epochs.push_back(std::move(*epoch));
  }
  return epochs;
}

}  // namespace curt::visits
