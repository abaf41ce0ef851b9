#include <chrono>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using std::chrono::minutes;
using visits::EpochReport;

TEST_P(VisitStoreContract, EpochsAreSummedUpAsTheyWereLastReported) {
  EXPECT_EQ(accounting().accepted, 0U);
  EXPECT_EQ(accounting().pending_since, std::nullopt);
  report(report_of(1, 10, kNow));
  EpochReport later = report_of(1, 25, kNow + minutes{1});
  later.dropped = 2;
  later.undetailed = 3;
  later.pending_since = kNow + minutes{1};
  report(later);
  report(report_of(1, 15, kNow));  // overtaken on its way
  EpochReport other = report_of(2, 100, kNow);
  other.pending_since = kNow;
  report(other);
  given(batch_of(batch_id(0), {count_of("a", 20)}));
  const visits::Accounting sums = accounting(kNow);
  EXPECT_EQ(sums.accepted, 125U);
  EXPECT_EQ(sums.persisted, 20U);
  EXPECT_EQ(sums.dropped, 2U);
  EXPECT_EQ(sums.undetailed, 3U);
  EXPECT_EQ(sums.unaccounted_epochs, 0U);
  EXPECT_EQ(sums.pending_since, kNow);
}

TEST_P(VisitStoreContract, AProcesssOwnEpochsCountAsTheyAreNow) {
  report(report_of(1, 700, kNow));
  report(report_of(2, 40, kNow));
  given(batch_of(batch_id(0), {count_of("a", 1'500)}));
  EpochReport now = report_of(1, 1'500, {});
  EXPECT_EQ(accounting(kNow, {now}).accepted, 1'540U) << "what was reported of it counts once";
  EXPECT_EQ(accounting(kNow, {now}).persisted, 1'500U);
  now.accepted = 1'510;
  now.dropped = 4;
  now.undetailed = 5;
  EpochReport unknown = report_of(3, 20, {});  // not reported yet
  const visits::Accounting sums = accounting(kNow, {now, unknown});
  EXPECT_EQ(sums.accepted, 1'570U);
  EXPECT_EQ(sums.dropped, 4U);
  EXPECT_EQ(sums.undetailed, 5U);
  now.accepted = 900;  // taken before the last batch was counted
  EXPECT_EQ(accounting(kNow, {now}).accepted, 1'544U);
}

TEST_P(VisitStoreContract, AProcesssOwnEpochsAreAliveAndTellTheirOldestVisitThemselves) {
  EpochReport own = report_of(1, 10, kNow - minutes{60});
  own.pending_since = kNow - minutes{60};
  report(own);
  EXPECT_EQ(accounting(kNow).unaccounted_epochs, 1U);
  EXPECT_EQ(accounting(kNow).dropped, 10U);
  const visits::Accounting sums = accounting(kNow, {own});
  EXPECT_EQ(sums.unaccounted_epochs, 0U);
  EXPECT_EQ(sums.dropped, 0U);
  EXPECT_EQ(sums.pending_since, std::nullopt);
  own.closed = true;
  report(own);
  own.accepted = 99;  // an operator closed it, and it is alive
  EXPECT_EQ(accounting(kNow, {own}).accepted, 99U);
  EXPECT_EQ(accounting(kNow, {own}).dropped, 0U);
}

TEST_P(VisitStoreContract, AnEpochIsHeardAlsoAfterItsClockStepsBack) {
  report(report_of(1, 10, kNow + minutes{60}));
  EpochReport after = report_of(1, 25, kNow);
  report(after);
  EXPECT_EQ(accounting(kNow).accepted, 25U);
  after.dropped = 3;
  report(after);
  EXPECT_EQ(accounting(kNow).dropped, 3U);
}

TEST_P(VisitStoreContract, WhatOneEpochHasNotToldYetHidesNoVisitsOfAnother) {
  report(report_of(1, 10, kNow));
  report(report_of(2, 30, kNow));
  given(batch_of(batch_id(0, 10), {count_of("a", 40)}));  // of the first one
  const visits::Accounting sums = accounting(kNow);
  EXPECT_EQ(sums.accepted, 70U);
  EXPECT_EQ(sums.persisted, 40U);
}

TEST_P(VisitStoreContract, AnEpochThatIsClosedIsReportedNoMore) {
  EpochReport last = report_of(1, 10, kNow);
  last.closed = true;
  report(last);
  report(report_of(1, 99, kNow + minutes{1}));
  EXPECT_EQ(accounting().accepted, 10U);
  // However long ago.
  EXPECT_EQ(accounting(kNow + minutes{60}).unaccounted_epochs, 0U);
}

TEST_P(VisitStoreContract, AnEpochNotHeardOfIsUnaccountedWithWhatIsMissing) {
  EpochReport lost = report_of(1, 30, kNow - minutes{10});
  lost.pending_since = kNow - minutes{11};
  report(lost);
  report(report_of(2, 5, kNow));
  given(batch_of(batch_id(0), {count_of("a", 12)}));
  given(batch_of(batch_id(0, 10, 1), {count_of("a", 8)}));
  ASSERT_TRUE(give_up(batch_id(10), 3, "damaged"));
  visits::Accounting sums = accounting(kNow - minutes{5});
  EXPECT_EQ(sums.unaccounted_epochs, 1U);
  EXPECT_EQ(sums.accepted, 35U);
  EXPECT_EQ(sums.persisted, 20U);
  EXPECT_EQ(sums.dropped, 3U + 7U) << "and 5 are on their way";
  EXPECT_EQ(sums.pending_since, std::nullopt) << "nobody knows whether they will ever come";
  // Its folder is found.
  report(report_of(1, 30, kNow));
  sums = accounting(kNow - minutes{5});
  EXPECT_EQ(sums.unaccounted_epochs, 0U);
  EXPECT_EQ(sums.dropped, 3U);
}

TEST_P(VisitStoreContract, WhatAClosedEpochNeverDeliveredIsDropped) {
  EpochReport last = report_of(1, 30, kNow);
  last.dropped = 4;
  last.closed = true;
  report(last);
  given(batch_of({epoch_of(2), 0, 0, 10}, {count_of("a", 12)}));
  const visits::Accounting sums = accounting();
  EXPECT_EQ(sums.accepted, 42U);
  EXPECT_EQ(sums.persisted, 12U);
  EXPECT_EQ(sums.dropped, 30U);
}

TEST_P(VisitStoreContract, VisitsOfAnEpochThatWasNeverReportedAreCounted) {
  given(batch_of(batch_id(0), {count_of("a", 12)}));
  EXPECT_EQ(accounting().persisted, 12U);
  EXPECT_EQ(accounting().accepted, 12U);
}

}  // namespace
}  // namespace curt::test
