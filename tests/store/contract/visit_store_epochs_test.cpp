#include <chrono>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using std::chrono::minutes;
using visits::EpochReport;

EpochReport report_of(std::uint8_t epoch, std::uint64_t accepted, Timestamp seen_at) {
  EpochReport report;
  report.epoch = epoch_of(epoch);
  report.host = "host \xc3";  // cut within a character
  report.opened_at = kNow - minutes{60};
  report.seen_at = seen_at;
  report.accepted = accepted;
  return report;
}

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
  EXPECT_EQ(sums.missing, 0U);
  EXPECT_EQ(sums.pending_since, kNow);
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
  EXPECT_EQ(sums.missing, 7U);
  EXPECT_EQ(sums.dropped, 3U);
  EXPECT_EQ(sums.pending_since, std::nullopt) << "nobody knows whether they will ever come";
  // Its folder is found.
  report(report_of(1, 30, kNow));
  sums = accounting(kNow - minutes{5});
  EXPECT_EQ(sums.unaccounted_epochs, 0U);
  EXPECT_EQ(sums.missing, 0U);
}

TEST_P(VisitStoreContract, VisitsOfAnEpochThatWasNeverReportedAreCounted) {
  given(batch_of(batch_id(0), {count_of("a", 12)}));
  EXPECT_EQ(accounting().persisted, 12U);
  EXPECT_EQ(accounting().accepted, 0U);
}

}  // namespace
}  // namespace curt::test
