#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "curt/visits/epoch/epoch_folder.hpp"
#include "curt/visits/epoch/epoch_source.hpp"
#include "curt/visits/ring/request_ring.hpp"

#include "visits/epoch/epoch_adoption.hpp"

namespace curt::visits {

/// An epoch whose process has ended: its rings are emptied into its spool.
class AdoptedEpoch final : public EpochSource {
 public:
  /// Opens rings and spool. A ring that is damaged, or gone for certain (it lay in memory), is lost with what
  /// was in it; where rings may be elsewhere, only the spool is delivered. Null where
  /// nothing is left in that: the folder is left. An error means a passing failure,
  /// such as too many open files: then the folder can be opened later.
  [[nodiscard]] static result<std::unique_ptr<AdoptedEpoch>> open(EpochAdoption& adoption,
                                                                  EpochFolder folder);

  [[nodiscard]] RingTotals ring_totals() const override;
  void skip_seen(const EpochSeen& seen) override { seen_ = seen; }
  [[nodiscard]] bool is_drained() override;
  [[nodiscard]] Closing closing() const override { return lost_ ? Closing::incomplete : Closing::complete; }
  void remove() override;
  void leave() override;

 private:
  using Rings = std::vector<result<std::unique_ptr<RequestRing>>>;

  AdoptedEpoch(EpochAdoption& adoption, EpochFolder folder, Rings rings, std::unique_ptr<Spool> spool);

  /// The position of a ring below which the database has seen everything.
  [[nodiscard]] std::uint64_t seen_through(std::uint16_t number) const;

  EpochAdoption& adoption_;
  EpochFolder folder_;
  std::vector<std::unique_ptr<RequestRing>> rings_;  ///< null where one is lost
  DrainedRings noted_;                               ///< what they had, if they are missing and not needed
  bool lost_ = false;
  EpochSeen seen_;
  std::string damage_;               ///< what is wrong with a ring that is there
  std::filesystem::path elsewhere_;  ///< a ring that another host or container may have; empty if none
  std::size_t drained_ = 0;
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace curt::visits
