#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "curt/visits/fault_point.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::test {

/// A visit store in memory, idempotent by batch as the real ones are, that fails, hangs and loses answers
/// when it is told to. Thread-safe.
class FakeVisitStore final : public visits::VisitStore {
 public:
  using Counts = std::map<std::string, std::uint64_t>;

  /// Every call fails with this error from now on, and does nothing; nullopt ends that.
  void fail_with(std::optional<ErrorCode> code) {
    set([&] { failure_ = code; });
  }

  /// Every call lasts as long as its deadline and does nothing.
  void hang(bool on) { hanging_ = on; }

  /// The next `count` calls of apply do their work and answer outcome_unknown.
  void lose_answers(std::size_t count) {
    set([&] { lost_answers_ = count; });
  }

  /// Batches for which this holds are refused with invalid_value.
  void refuse(std::function<bool(const visits::Batch&)> which) {
    set([&] { refused_ = std::move(which); });
  }

  /// Groups with a batch for which this holds fail as if the database were away.
  void fail_apply_of(std::function<bool(const visits::Batch&)> which) {
    set([&] { failing_ = std::move(which); });
  }

  /// No trace is left of epochs that were opened before, unless they reported.
  void forget_before(Timestamp time) {
    set([&] { remembers_from_ = time; });
  }

  /// What its clock says from now on.
  void set_clock(Timestamp now) {
    set([&] { now_ = now; });
  }

  /// Called before and after everything that has an effect.
  void use(visits::FaultPoint point) {
    set([&] { point_ = std::move(point); });
  }

  // What came of it.

  [[nodiscard]] Counts counts() const { return get(counts_); }
  [[nodiscard]] std::uint64_t total() const;
  [[nodiscard]] std::uint64_t details() const { return get(details_); }
  [[nodiscard]] std::uint64_t given_up() const { return get(given_up_); }
  [[nodiscard]] std::size_t applies() const { return get(applies_); }
  [[nodiscard]] std::size_t batches() const { return get(settled_).size(); }
  [[nodiscard]] std::size_t maintained() const { return get(maintained_); }
  [[nodiscard]] Timestamp maintained_at() const { return get(maintained_at_); }
  [[nodiscard]] std::size_t clock_reads() const { return get(clock_reads_); }
  [[nodiscard]] std::map<visits::EpochId, visits::EpochReport> reports() const { return get(reports_); }
  [[nodiscard]] std::uint64_t confirmed(visits::EpochId epoch, std::uint16_t ring) const;
  /// Batches that came although they lay below what their origin had confirmed.
  [[nodiscard]] std::size_t late_replays() const { return get(late_replays_); }

  awaitable<result<std::vector<visits::Applied>>> apply(Call& call,
                                                        std::vector<visits::Batch> batches) override;
  awaitable<result<void>> give_up(Call& call, visits::BatchId id, std::uint64_t visits,
                                  std::string reason) override;
  awaitable<result<std::vector<bool>>> settled(Call& call, std::vector<visits::BatchId> ids) override;
  awaitable<result<void>> confirm(Call& call, visits::EpochId epoch, std::uint16_t ring,
                                  std::uint64_t position) override;
  awaitable<result<visits::EpochSeen>> seen(Call& call, visits::EpochId epoch, Timestamp opened_at) override;
  awaitable<result<void>> report(Call& call, visits::EpochReport report) override;
  awaitable<result<Timestamp>> now(Call& call) override;
  awaitable<result<visits::MaintenanceReport>> maintain(Call& call, visits::Retention retention,
                                                        Timestamp now) override;

  // Statistics cannot be read from it: unavailable.
  awaitable<result<visits::Accounting>> accounting(Call& call, Timestamp lost_before,
                                                   std::vector<visits::EpochReport> own) override;
  awaitable<result<std::vector<visits::VisitTotals>>> totals(Call& call,
                                                             std::vector<ShortCode> codes) override;
  awaitable<result<visits::Series>> series(Call& call, visits::VisitsOf links,
                                           visits::HourRange range) override;
  awaitable<result<visits::VisitTotals>> grand_total(Call& call, std::optional<KeyId> owner) override;
  awaitable<result<std::vector<visits::TopLink>>> top(Call& call, std::optional<visits::HourRange> range,
                                                      std::size_t limit, std::optional<KeyId> owner) override;
  awaitable<result<std::vector<visits::BreakdownRow>>> referrers(Call& call, ShortCode code,
                                                                 visits::HourRange range,
                                                                 std::size_t limit) override;

 private:
  template <class Change>
  void set(Change change) {
    const std::lock_guard lock{mutex_};
    change();
  }
  template <class T>
  [[nodiscard]] T get(const T& value) const {
    const std::lock_guard lock{mutex_};
    return value;
  }
  void reach(std::string_view step);
  /// What begins every call: another thread's turn, and the failure that is staged.
  awaitable<std::optional<Error>> begin(Call& call);
  [[nodiscard]] bool is_settled(const visits::BatchId& id) const;
  /// Whether it overlaps a batch that is counted.
  [[nodiscard]] bool overlaps(const visits::BatchId& id) const;

  mutable std::mutex mutex_;
  std::atomic<bool> hanging_{false};
  std::optional<ErrorCode> failure_;
  std::size_t lost_answers_ = 0;
  std::function<bool(const visits::Batch&)> refused_;
  std::function<bool(const visits::Batch&)> failing_;
  visits::FaultPoint point_;
  Counts counts_;
  std::uint64_t details_ = 0;
  std::uint64_t given_up_ = 0;
  std::size_t applies_ = 0;
  Timestamp now_;
  Timestamp maintained_at_;
  std::size_t maintained_ = 0;
  std::size_t clock_reads_ = 0;
  std::size_t late_replays_ = 0;
  std::set<visits::BatchId> settled_;  ///< counted or given up
  std::set<visits::BatchId> counted_;
  std::map<visits::EpochId, std::uint64_t> visits_settled_;
  Timestamp remembers_from_;
  std::map<std::pair<visits::EpochId, std::uint16_t>, std::uint64_t> confirmed_;
  std::map<visits::EpochId, visits::EpochReport> reports_;
};

}  // namespace curt::test
