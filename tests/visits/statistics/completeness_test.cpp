#include "curt/visits/statistics/completeness.hpp"

#include <chrono>
#include <vector>

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

TEST(Completeness, AddsUp) {
  Accounting accounting = counted(100, 60);
  accounting.dropped = 33;
  accounting.undetailed = 5;
  accounting.unaccounted_epochs = 2;
  const Completeness whole = completeness_of(accounting, {}, kNow);
  EXPECT_EQ(whole.accepted, 100U);
  EXPECT_EQ(whole.persisted, 60U);
  EXPECT_EQ(whole.dropped, 33U);
  EXPECT_EQ(whole.in_flight, 7U);
  EXPECT_EQ(whole.undetailed, 5U);
  EXPECT_EQ(whole.unaccounted, 2U);
}

TEST(Completeness, DoesNotLagWhereNothingIsOnItsWay) {
  Accounting accounting = counted(10, 10);
  accounting.pending_since = kNow - 5s;  // told before the last batch was counted
  EXPECT_EQ(completeness_of(accounting, {}, kNow).lag, 0s);
}

TEST(Completeness, LagsByTheOldestVisitThatIsPending) {
  Accounting accounting = counted(1, 0);
  std::vector<EpochReport> own(2);
  EXPECT_EQ(completeness_of(accounting, own, kNow).lag, 0s);
  accounting.pending_since = kNow - 2900ms;
  EXPECT_EQ(completeness_of(accounting, own, kNow).lag, 2s);
  own[1].pending_since = kNow - 5s;
  EXPECT_EQ(completeness_of(accounting, own, kNow).lag, 5s);
  accounting.pending_since = std::nullopt;
  EXPECT_EQ(completeness_of(accounting, own, kNow).lag, 5s);
  own[1].pending_since = kNow + 5s;  // another machine's clock
  EXPECT_EQ(completeness_of(accounting, own, kNow).lag, 0s);
}

}  // namespace
}  // namespace curt::visits
