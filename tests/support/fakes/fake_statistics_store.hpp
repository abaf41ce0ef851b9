#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "curt/visits/visit_store.hpp"

namespace curt::test {

/// A store of visits that answers what a test puts there, and takes none itself. For one thread.
class FakeStatisticsStore final : public visits::VisitStore {
 public:
  /// What was asked for; the newest is last.
  struct SeriesAsked {
    visits::VisitsOf links;
    visits::HourRange range;
  };
  struct TopAsked {
    std::optional<visits::HourRange> range;
    std::size_t limit = 0;
    std::optional<KeyId> owner{};
  };

  void put(std::string_view code, visits::VisitTotals totals) {
    totals_.insert_or_assign(ShortCode::from_valid(code), totals);
  }

  /// Every call fails with this error from now on; nullopt ends that.
  void fail_with(std::optional<ErrorCode> code) { failure_ = code; }

  visits::Series stored;     ///< of every link
  visits::Accounting books;  ///< what accounting() says
  std::vector<visits::BreakdownRow> hosts;
  bool keeps_raw = true;  ///< else referrers() is refused

  std::vector<std::vector<ShortCode>> totals_asked;
  std::vector<SeriesAsked> series_asked;
  std::vector<TopAsked> top_asked;
  std::vector<std::optional<KeyId>> grand_totals_asked;  ///< of this owner
  std::vector<visits::HourRange> referrers_asked;
  std::vector<Timestamp> accounting_asked;                  ///< with this lost_before
  std::vector<std::vector<visits::EpochReport>> own_asked;  ///< and these epochs of the process

  awaitable<result<std::vector<visits::Applied>>> apply(Call&, std::vector<visits::Batch>) override {
    co_return not_here();
  }
  awaitable<result<void>> give_up(Call&, visits::BatchId, std::uint64_t, std::string) override {
    co_return not_here();
  }
  awaitable<result<std::vector<bool>>> settled(Call&, std::vector<visits::BatchId>) override {
    co_return not_here();
  }
  awaitable<result<void>> confirm(Call&, visits::EpochId, std::uint16_t, std::uint64_t) override {
    co_return not_here();
  }
  awaitable<result<visits::EpochSeen>> seen(Call&, visits::EpochId, Timestamp) override {
    co_return not_here();
  }
  awaitable<result<void>> report(Call&, visits::EpochReport) override { co_return not_here(); }
  awaitable<result<Timestamp>> now(Call&) override { co_return not_here(); }
  awaitable<result<visits::MaintenanceReport>> maintain(Call&, visits::Retention, Timestamp) override {
    co_return not_here();
  }

  awaitable<result<visits::Accounting>> accounting(Call& call, Timestamp lost_before,
                                                   std::vector<visits::EpochReport> own) override {
    ++call.statements;
    accounting_asked.push_back(lost_before);
    own_asked.push_back(std::move(own));
    if (failure_) co_return error();
    co_return books;
  }

  awaitable<result<std::vector<visits::VisitTotals>>> totals(Call& call,
                                                             std::vector<ShortCode> codes) override {
    ++call.statements;
    totals_asked.push_back(codes);
    if (failure_) co_return error();
    std::vector<visits::VisitTotals> found;
    for (const ShortCode& code : codes) {
      const auto known = totals_.find(code);
      found.push_back(known != totals_.end() ? known->second : visits::VisitTotals{});
    }
    co_return found;
  }

  awaitable<result<visits::Series>> series(Call& call, visits::VisitsOf links,
                                           visits::HourRange range) override {
    ++call.statements;
    series_asked.push_back({links, range});
    if (failure_) co_return error();
    co_return stored;
  }

  awaitable<result<visits::VisitTotals>> grand_total(Call& call, std::optional<KeyId> owner) override {
    ++call.statements;
    grand_totals_asked.push_back(owner);
    if (failure_) co_return error();
    visits::VisitTotals all;
    for (const auto& [code, totals] : totals_) {
      all.humans += totals.humans;
      all.bots += totals.bots;
      all.imported += totals.imported;
    }
    co_return all;
  }

  awaitable<result<std::vector<visits::TopLink>>> top(Call& call, std::optional<visits::HourRange> range,
                                                      std::size_t limit,
                                                      std::optional<KeyId> owner) override {
    ++call.statements;
    top_asked.push_back({range, limit, owner});
    if (failure_) co_return error();
    std::vector<visits::TopLink> links;
    for (const auto& [code, totals] : totals_) links.push_back({code, totals});
    std::sort(links.begin(), links.end(), [](const visits::TopLink& a, const visits::TopLink& b) {
      return std::tuple{b.visits.total(), a.code} < std::tuple{a.visits.total(), b.code};
    });
    if (links.size() > limit) links.resize(limit);
    co_return links;
  }

  awaitable<result<std::vector<visits::BreakdownRow>>> referrers(Call& call, ShortCode,
                                                                 visits::HourRange range,
                                                                 std::size_t) override {
    ++call.statements;
    referrers_asked.push_back(range);
    if (failure_) co_return error();
    if (!keeps_raw) co_return invalid_field("group_by", "needs visits that are kept one by one");
    co_return hosts;
  }

 private:
  static Error not_here() { return {ErrorCode::unavailable, "The fake store takes no visits."}; }
  [[nodiscard]] Error error() const { return {*failure_, "The fake store says so."}; }

  std::map<ShortCode, visits::VisitTotals> totals_;
  std::optional<ErrorCode> failure_;
};

}  // namespace curt::test
