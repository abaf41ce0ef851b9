#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "curt/visits/drain/drain.hpp"
#include "curt/visits/epoch/epoch_folder.hpp"
#include "curt/visits/epoch/epoch_source.hpp"
#include "curt/visits/ring/request_ring.hpp"

namespace curt::visits {

/// The epoch of this process.
class OwnEpoch final : public EpochSource {
 public:
  /// The rings must outlive it.
  OwnEpoch(EpochFolder folder, std::unique_ptr<Spool> spool, std::vector<RequestRing*> rings);

  /// The drain to ask for what is on its way from the rings to the spool; called once, before the epoch is
  /// delivered. `drain` must outlive the epoch.
  void use(const Drain& drain) noexcept { drain_ = &drain; }

  /// Everything is in the spool, and no visit will follow.
  void set_drained();

  [[nodiscard]] RingTotals ring_totals() const override;
  [[nodiscard]] bool is_drained() override { return drained_; }
  [[nodiscard]] Closing closing() const override { return Closing::complete; }
  void remove() override;

 private:
  EpochFolder folder_;
  std::vector<RequestRing*> rings_;
  const Drain* drain_ = nullptr;
  std::atomic<bool> drained_{false};
};

}  // namespace curt::visits
