#pragma once

#include <memory>
#include <vector>

#include "curt/visits/batch/batcher.hpp"
#include "curt/visits/bots/is_bot.hpp"
#include "curt/visits/epoch/epoch_source.hpp"
#include "curt/visits/spool/spool.hpp"

#include "visits/epoch/abandoned_folders.hpp"

namespace curt::visits {

/// Takes over the epochs of processes that have ended. For one thread.
class EpochAdoption {
 public:
  EpochAdoption(EpochPlace place, SpoolOptions spool, BatcherOptions batches, IsBot is_bot, FaultPoint point);

  /// Epochs that were found now, with their spools and rings opened. They must not outlive this object.
  [[nodiscard]] std::vector<std::unique_ptr<EpochSource>> adopt();

 private:
  friend class AdoptedEpoch;

  AbandonedFolders folders_;
  SpoolOptions spool_;
  BatcherOptions batches_;
  IsBot is_bot_;
  std::vector<EpochFolder> kept_;  ///< that stay, locked so that no process adopts them
};

}  // namespace curt::visits
