#include "curt/visits/statistics/completeness.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace curt::visits {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow{std::chrono::milliseconds{1'795'348'800'000}};

/// What the database has where it has been told of `accepted` visits and counted `persisted` of them.
Accounting counted(std::uint64_t accepted, std::uint64_t persisted) {
  Accounting accounting;
  accounting.accepted = accepted;
  accounting.persisted = persisted;
  return accounting;
}

TEST(Completeness, IsAllZeroBeforeTheFirstVisit) { EXPECT_EQ(completeness_of({}, {}, kNow), Completeness{}); }

TEST(Completeness, CountsWhatIsNotReportedYetAsAcceptedAndOnItsWay) {
  Accounting accounting = counted(100, 90);
  accounting.dropped = 3;
  accounting.undetailed = 5;
  const UnreportedVisits unreported{7, 2, 1, {}};
  const Completeness whole = completeness_of(accounting, unreported, kNow);
  EXPECT_EQ(whole.accepted, 107U);
  EXPECT_EQ(whole.persisted, 90U);
  EXPECT_EQ(whole.in_flight, 17U);
  EXPECT_EQ(whole.dropped, 5U);
  EXPECT_EQ(whole.undetailed, 6U);
}

TEST(Completeness, DoesNotCallOnItsWayWhatIsMissing) {
  Accounting accounting = counted(100, 60);
  accounting.missing = 30;
  accounting.unaccounted_epochs = 2;
  const Completeness whole = completeness_of(accounting, {}, kNow);
  EXPECT_EQ(whole.in_flight, 10U);
  EXPECT_EQ(whole.unaccounted, 2U);
}

TEST(Completeness, DoesNotCallOnItsWayWhatWasGivenUp) {
  Accounting accounting = counted(100, 60);
  accounting.dropped = 45;
  accounting.given_up = 40;
  const Completeness whole = completeness_of(accounting, {}, kNow);
  EXPECT_EQ(whole.in_flight, 0U);
  EXPECT_EQ(whole.dropped, 45U);
}

TEST(Completeness, HasNothingOnItsWayWhereMoreIsCountedThanReported) {
  const Completeness whole = completeness_of(counted(10, 12), {}, kNow);
  EXPECT_EQ(whole.in_flight, 0U);
  EXPECT_EQ(whole.accepted, 12U);
}

TEST(Completeness, DoesNotLagWhereNothingIsOnItsWay) {
  Accounting accounting = counted(10, 10);
  accounting.pending_since = kNow - 5s;  // told before the last batch was counted
  EXPECT_EQ(completeness_of(accounting, {}, kNow).lag, 0s);
}

TEST(Completeness, LagsByTheOldestVisitThatIsPending) {
  Accounting accounting = counted(1, 0);
  UnreportedVisits unreported;
  EXPECT_EQ(completeness_of(accounting, unreported, kNow).lag, 0s);
  accounting.pending_since = kNow - 2900ms;
  EXPECT_EQ(completeness_of(accounting, unreported, kNow).lag, 2s);
  unreported.pending_since = kNow - 5s;
  EXPECT_EQ(completeness_of(accounting, unreported, kNow).lag, 5s);
  accounting.pending_since = std::nullopt;
  EXPECT_EQ(completeness_of(accounting, unreported, kNow).lag, 5s);
  unreported.pending_since = kNow + 5s;  // another machine's clock
  EXPECT_EQ(completeness_of(accounting, unreported, kNow).lag, 0s);
}

}  // namespace
}  // namespace curt::visits
