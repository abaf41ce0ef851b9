#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/random.hpp"
#include "curt/visits/batch/batcher.hpp"
#include "curt/visits/bots/is_bot.hpp"
#include "curt/visits/drain/access_line.hpp"
#include "curt/visits/drain/drain.hpp"
#include "curt/visits/epoch/epoch_folder.hpp"
#include "curt/visits/fault_point.hpp"
#include "curt/visits/forward/forwarder.hpp"
#include "curt/visits/local_accounts.hpp"
#include "curt/visits/ring/request_ring.hpp"
#include "curt/visits/spool/spool.hpp"

namespace curt::visits {

class EpochAdoption;
class OwnEpoch;

struct PipelineOptions {
  EpochPlace place;
  std::string host;                   ///< where this runs, for the operator
  std::size_t rings = 1;              ///< one per core; at most 256
  std::size_t ring_records = 16'384;  ///< a power of two
  BatcherOptions batches;
  SpoolOptions spool;
  ForwarderOptions forwarder;
  /// Creates a bot check for use by one thread.
  std::function<IsBot()> bots;
  /// Access lines, as DrainOptions has them.
  std::function<void(std::string_view lines)> lines;
  AccessLineFormat line_format = AccessLineFormat::json;
  std::vector<std::string> method_names;
  std::vector<std::string> route_names;
  FaultPoint fault_point;  ///< for everything in it
};

/// The way of this process's visits from the rings to the database, and of those that ended processes left in
/// the same place: a folder, rings, a spool, the drain's thread, and a forwarder on the executor's thread.
class VisitPipeline final : public LocalAccounts {
 public:
  /// Makes the folder of a new epoch and begins. An error, whose `log` says what is wrong, where the folder
  /// cannot be made or there is no room for the rings. What is given must outlive the pipeline; the
  /// pipeline must outlive the last scrape of `metrics`. Without a stream visits go straight to the store.
  [[nodiscard]] static result<std::unique_ptr<VisitPipeline>> open(VisitStore& store, VisitStream* stream,
                                                                   const Clock& clock, RandomSource& random,
                                                                   Metrics& metrics, const Executor& executor,
                                                                   PipelineOptions options);

  /// Ends as soon as calls under way let it, and leaves the folder to be adopted unless stop() has closed it.
  /// The executor's thread must still run.
  ~VisitPipeline() override;

  /// Where the core of this number pushes, from one thread. Lives as long as the pipeline.
  [[nodiscard]] RequestRing& ring(std::size_t core) const { return *rings_[core]; }

  /// When no core pushes any more: brings what is in the rings to the spool, then delivers until the database
  /// has everything or the deadline passes. Whether it has: then the epoch is closed and the folder gone;
  /// else the next process goes on. To be called once, on another thread than the executor's; the store, the
  /// stream and the executor's thread still work.
  bool stop(Deadline deadline);

  [[nodiscard]] std::size_t rings() const noexcept { return rings_.size(); }

  /// Whether what is in the rings can be kept on the disk. On any thread.
  [[nodiscard]] bool is_keeping() const noexcept { return drain_->is_keeping(); }

  [[nodiscard]] Forwarder::State state() const { return forwarder_->state(); }

  [[nodiscard]] std::vector<EpochReport> reports() const override { return forwarder_->reports(); }

 private:
  VisitPipeline();

  std::vector<std::unique_ptr<RequestRing>> rings_;
  std::unique_ptr<EpochAdoption> adoption_;
  std::unique_ptr<Forwarder> forwarder_;
  OwnEpoch* own_ = nullptr;  ///< owned by the forwarder
  std::unique_ptr<Drain> drain_;
};

}  // namespace curt::visits
