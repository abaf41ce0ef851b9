#pragma once

#include <chrono>
#include <map>
#include <optional>

#include "curt/base/timestamp.hpp"
#include "curt/visits/epoch/epoch_source.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// What was reported of an epoch to the database, and when it is to be reported again. For the forwarder's
/// thread, but for report_of(), which is for any.
class EpochLedger {
 public:
  /// How the epoch is now.
  [[nodiscard]] static EpochReport report_of(const EpochSource& epoch, Timestamp now);

  /// Whether the report is to be made: it differs from the last after `changed_every`, or the last is older
  /// than `every`, or there was none yet.
  [[nodiscard]] bool is_due(const EpochReport& report, std::chrono::milliseconds changed_every,
                            std::chrono::milliseconds every) const;

  /// Whether the database has any report.
  [[nodiscard]] bool is_reported() const noexcept { return reported_.has_value(); }

  /// The database has this report.
  void reported(const EpochReport& report);

  /// Positions up to which each ring was confirmed.
  std::map<std::uint16_t, std::uint64_t> confirmed;
  std::chrono::steady_clock::time_point confirmed_at;

 private:
  std::chrono::steady_clock::time_point reported_at_;
  std::optional<EpochReport> reported_;
};

}  // namespace curt::visits
