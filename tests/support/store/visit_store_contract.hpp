#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "support/store/link_store_contract.hpp"

namespace curt::test {

/// What every VisitStore promises: the tests are tests/store/contract/visit_store_*_test.cpp. Instantiated as
/// LinkStoreContract is, with the same stores.
class VisitStoreContract : public LinkStoreContract {
 protected:
  // One call of the store each, with time enough, run to its end on this thread. Thread-safe.
  [[nodiscard]] result<std::vector<visits::Applied>> apply(std::vector<visits::Batch> batches) const;
  [[nodiscard]] result<void> give_up(visits::BatchId id, std::uint64_t visits, std::string reason) const;
  [[nodiscard]] std::vector<bool> settled(std::vector<visits::BatchId> ids) const;
  void confirm(visits::EpochId epoch, std::uint16_t ring, std::uint64_t position) const;
  void report(visits::EpochReport report) const;
  [[nodiscard]] visits::EpochSeen seen(visits::EpochId epoch, Timestamp opened_at = kNow) const;
  [[nodiscard]] visits::Accounting accounting(Timestamp lost_before = kNow,
                                              std::vector<visits::EpochReport> own = {}) const;
  [[nodiscard]] visits::VisitTotals totals(std::string_view code) const;
  [[nodiscard]] std::vector<visits::VisitTotals> totals(std::vector<ShortCode> codes) const;
  /// Of all links together where there is no code.
  [[nodiscard]] visits::Series series(std::string_view code, visits::HourRange range) const;
  [[nodiscard]] visits::Series series_of(KeyId owner, visits::HourRange range) const;
  [[nodiscard]] visits::VisitTotals grand_total(std::optional<KeyId> owner = std::nullopt) const;
  [[nodiscard]] std::vector<std::string> top(std::optional<visits::HourRange> range, std::size_t limit,
                                             std::optional<KeyId> owner = std::nullopt) const;
  [[nodiscard]] result<std::vector<visits::BreakdownRow>> referrers(std::string_view code,
                                                                    visits::HourRange range,
                                                                    std::size_t limit = 10) const;
  [[nodiscard]] Timestamp now() const;
  [[nodiscard]] visits::MaintenanceReport maintain(visits::Retention retention, Timestamp now) const;

  /// Applies one batch and expects that it is counted now.
  void given(const visits::Batch& batch) const;

  /// An epoch with one batch of `counted` visits, that has reported so many accepted; confirmed if it closed.
  void leave_epoch(std::uint8_t number, std::uint64_t accepted, std::uint32_t counted, Timestamp seen_at,
                   bool closed = true) const;

  using LinkStoreContract::given;
};

/// The day and the first hour of the tests' visits, in the days and hours since 1970.
inline constexpr std::int64_t kDay = 20'779;
inline constexpr std::int64_t kHour = kDay * 24;

[[nodiscard]] visits::EpochId epoch_of(std::uint8_t number);

/// A report of an epoch that was opened an hour ago.
[[nodiscard]] visits::EpochReport report_of(std::uint8_t epoch, std::uint64_t accepted, Timestamp seen_at);

/// The batch of these positions of a ring of epoch 1.
[[nodiscard]] visits::BatchId batch_id(std::uint64_t first, std::uint32_t count = 10, std::uint16_t ring = 0);

[[nodiscard]] visits::VisitCount count_of(std::string_view code, std::uint32_t humans, std::uint32_t bots = 0,
                                          std::int64_t hour = kHour);

/// A batch of these counts, without details.
[[nodiscard]] visits::Batch batch_of(visits::BatchId id, std::vector<visits::VisitCount> counts);

/// A visit with all that is kept of it.
[[nodiscard]] visits::VisitDetail detail_of(std::string_view code, Timestamp at, std::string referrer = {});

}  // namespace curt::test
