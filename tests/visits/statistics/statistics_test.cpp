#include "curt/visits/statistics/statistics.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/fakes/fake_statistics_store.hpp"
#include "support/manual_clock.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"

namespace curt::visits {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow{std::chrono::milliseconds{1'795'348'800'000}};  // 2026-11-22T12:00:00Z
const ShortCode kCode = ShortCode::from_valid("abc");

class FixedAccounts final : public LocalAccounts {
 public:
  [[nodiscard]] std::vector<EpochReport> reports() const override { return {epoch}; }
  EpochReport epoch;
};

class StatisticsTest : public testing::Test {
 protected:
  Window window(const WindowRequest& request = {}) { return make_window(request, clock_.now()).value(); }

  result<LinkStatistics> of_link(const WindowRequest& request = {}, Breakdown breakdown = Breakdown::none) {
    return test::run(statistics_.of_link(call_, kCode, window(request), breakdown));
  }
  result<Completeness> completeness(Statistics& statistics) {
    const auto told = test::run(statistics.of_link(call_, kCode, window(), Breakdown::none));
    return told ? result<Completeness>{told->completeness} : told.error();
  }
  result<Completeness> completeness() { return completeness(statistics_); }

  test::ManualClock clock_{kNow};
  test::FakeStatisticsStore store_;
  FixedAccounts accounts_;
  Statistics statistics_{store_, &accounts_, clock_};
  Call call_{Deadline::in(test::patience())};
};

TEST_F(StatisticsTest, AsksForAllTotalsAtOnce) {
  store_.put("abc", {2, 1});
  const std::vector<ShortCode> codes{ShortCode::from_valid("other"), kCode};
  const auto totals = test::run(statistics_.totals(call_, codes));
  EXPECT_EQ(totals.value(), (std::vector<VisitTotals>{{0, 0}, {2, 1}}));
  EXPECT_EQ(call_.statements, 1U);
  EXPECT_TRUE(test::run(statistics_.totals(call_, {})).value().empty());
  EXPECT_EQ(call_.statements, 1U);
}

TEST_F(StatisticsTest, TellsOfOneLink) {
  store_.put("abc", {20, 10});
  store_.stored = {
      0, {}, {{std::chrono::floor<std::chrono::hours>(kNow.time_since_epoch()).count(), {3, 4}}}};
  const auto told = of_link({"2026-11-22", "2026-11-23", "", ""});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->visits, (VisitTotals{20, 10}));
  const auto spans = told->series.spans();
  ASSERT_TRUE(spans);
  ASSERT_EQ(spans->size(), 1U);
  EXPECT_EQ(spans->at(0).visits, (VisitTotals{3, 4}));
  EXPECT_FALSE(told->referrers);
  EXPECT_EQ(store_.series_asked.back().links.code, kCode);
  EXPECT_TRUE(store_.referrers_asked.empty());
}

TEST_F(StatisticsTest, AsksForTheHoursOfTheWindow) {
  ASSERT_TRUE(of_link({"2026-11-22", "2026-11-23", "", ""}, Breakdown::referrer));
  const auto first = std::chrono::duration_cast<std::chrono::hours>(kNow.time_since_epoch()).count() - 12;
  EXPECT_EQ(store_.series_asked.back().range.begin, first);
  EXPECT_EQ(store_.series_asked.back().range.end, first + 24);
  EXPECT_EQ(store_.referrers_asked.back().begin, first);
  EXPECT_EQ(store_.referrers_asked.back().end, first + 24);
}

TEST_F(StatisticsTest, GivesTheReferrersThatTheStoreHas) {
  store_.hosts = {{"example.com", {3, 0}}, {"", {1, 1}}};
  const auto told = of_link({}, Breakdown::referrer);
  ASSERT_TRUE(told && told->referrers);
  EXPECT_EQ(told->referrers->size(), 2U);
  store_.keeps_raw = false;
  EXPECT_EQ(of_link({}, Breakdown::referrer).error().fields.at(0).field, "group_by");
}

TEST_F(StatisticsTest, TellsOfAllLinks) {
  store_.put("abc", {1, 0});
  store_.put("abd", {5, 5});
  const auto told =
      test::run(statistics_.of_service(call_, window(), Statistics::TopOf::all_time, 1, std::nullopt));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->visits, (VisitTotals{6, 5}));
  EXPECT_EQ(told->series.spans()->size(), 30U);
  ASSERT_EQ(told->top.size(), 1U);
  EXPECT_EQ(told->top[0].code, ShortCode::from_valid("abd"));
  EXPECT_EQ(store_.series_asked.back().links.code, std::nullopt);
  EXPECT_FALSE(store_.top_asked.back().range);
}

TEST_F(StatisticsTest, FindsTheTopOfTheDatesOfAWindow) {
  const WindowRequest request{"2026-11-21", "2026-11-23", "", "Asia/Kolkata"};
  ASSERT_TRUE(
      test::run(statistics_.of_service(call_, window(request), Statistics::TopOf::window, 5, std::nullopt)));
  const auto range = store_.top_asked.back().range;
  ASSERT_TRUE(range);
  EXPECT_EQ(range->begin % 24, 0);
  EXPECT_EQ(range->end - range->begin, 48);
  EXPECT_EQ(range->end, std::chrono::duration_cast<std::chrono::hours>(kNow.time_since_epoch()).count() + 12);
}

TEST_F(StatisticsTest, AsksForTheFiguresOfTheOwnerThatItIsToldOf) {
  const KeyId owner = KeyId::from_valid("A00000000001");
  store_.books.accepted = 5;
  const auto told = test::run(statistics_.of_service(call_, window(), Statistics::TopOf::all_time, 1, owner));
  ASSERT_TRUE(told);
  EXPECT_EQ(store_.series_asked.back().links.owner, owner);
  EXPECT_EQ(store_.series_asked.back().links.code, std::nullopt);
  EXPECT_EQ(store_.top_asked.back().owner, owner);
  EXPECT_EQ(store_.grand_totals_asked.back(), owner);
  EXPECT_EQ(told->completeness.accepted, 5U) << "of the whole service";
  ASSERT_TRUE(
      test::run(statistics_.of_service(call_, window(), Statistics::TopOf::all_time, 1, std::nullopt)));
  EXPECT_EQ(store_.top_asked.back().owner, std::nullopt);
}

TEST_F(StatisticsTest, TellsTheStoreHowThisProcessesEpochsAre) {
  store_.books.accepted = 14;
  store_.books.persisted = 10;
  accounts_.epoch.accepted = 14;
  accounts_.epoch.pending_since = kNow - 3s;
  const auto whole = completeness();
  EXPECT_EQ(whole->accepted, 14U);
  EXPECT_EQ(whole->in_flight, 4U);
  EXPECT_EQ(whole->lag, 3s);
  EXPECT_EQ(store_.accounting_asked.back(), kNow - 15min);
  ASSERT_EQ(store_.own_asked.back().size(), 1U);
  EXPECT_EQ(store_.own_asked.back().front().accepted, 14U);
}

TEST_F(StatisticsTest, HasNoCountersOfItsOwnWhereNoVisitsAreTaken) {
  Statistics reader{store_, nullptr, clock_};
  store_.books.accepted = 3;
  EXPECT_EQ(completeness(reader)->accepted, 3U);
}

TEST_F(StatisticsTest, SumsUpOnceASecond) {
  store_.books.accepted = 1;
  ASSERT_TRUE(completeness());
  store_.books.accepted = 2;
  clock_.advance(999ms);
  EXPECT_EQ(completeness()->accepted, 1U);
  EXPECT_EQ(store_.accounting_asked.size(), 1U);
  clock_.advance(1ms);
  EXPECT_EQ(completeness()->accepted, 2U);
  clock_.advance(-1h);
  ASSERT_TRUE(completeness());
  EXPECT_EQ(store_.accounting_asked.size(), 3U);
}

TEST_F(StatisticsTest, MakesNothingUpWhereTheDatabaseIsAway) {
  ASSERT_TRUE(completeness());
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(of_link().error().code, ErrorCode::unavailable);
  clock_.advance(2s);
  EXPECT_EQ(completeness().error().code, ErrorCode::unavailable);
  EXPECT_EQ(of_link().error().code, ErrorCode::unavailable);
  EXPECT_EQ(test::run(statistics_.total(call_, kCode)).error().code, ErrorCode::unavailable);
  const auto all =
      test::run(statistics_.of_service(call_, window(), Statistics::TopOf::all_time, 1, std::nullopt));
  EXPECT_EQ(all.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace curt::visits
