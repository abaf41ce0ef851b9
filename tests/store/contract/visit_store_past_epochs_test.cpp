#include <atomic>
#include <chrono>
#include <cstdint>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using std::chrono::minutes;
using visits::EpochReport;

bool same_sums(const visits::Accounting& one, const visits::Accounting& other) {
  return one.accepted == other.accepted && one.persisted == other.persisted && one.dropped == other.dropped &&
         one.undetailed == other.undetailed && one.unaccounted_epochs == other.unaccounted_epochs;
}

constexpr std::chrono::days kMonth{31};
constexpr Timestamp kLostBefore = kNow - minutes{15};

TEST_P(VisitStoreContract, PastEpochsAreFoldedWithoutAChangeOfAnySum) {
  const Timestamp told = now();
  for (std::uint8_t epoch = 1; epoch <= 5; ++epoch) leave_epoch(epoch, 10, 10, kNow - minutes{90});
  ASSERT_TRUE(give_up({epoch_of(6), 0, 0, 10}, 3, "damaged"));
  EpochReport sixth =
      report_of(6, 5, kNow - minutes{90});  // more was given up than it told, with what it lost
  sixth.dropped = 4;
  sixth.undetailed = 1;
  sixth.closed = true;
  report(sixth);
  leave_epoch(7, 6, 9, kNow - minutes{90});   // more is counted than it told
  leave_epoch(8, 0, 0, kNow - minutes{90});   // without visits
  leave_epoch(9, 10, 8, kNow - minutes{90});  // some may still be found
  leave_epoch(10, 7, 7, kNow - minutes{90});
  leave_epoch(11, 8, 5, kNow - minutes{90}, false);  // never closed
  leave_epoch(12, 8, 5, kNow, false);                // alive
  const visits::Accounting before = accounting(kLostBefore);
  EXPECT_EQ(before.unaccounted_epochs, 1U);
  EXPECT_EQ(before.accepted, 50 + 5 + 9 + 10 + 7 + 8 + 8U);
  EXPECT_EQ(maintain({}, told + minutes{30}).epochs_folded, 0U) << "they told not long ago";
  EXPECT_EQ(maintain({}, told + minutes{90}).epochs_folded, 9U);
  EXPECT_TRUE(same_sums(accounting(kLostBefore), before));
  EXPECT_EQ(maintain({}, told + minutes{90}).epochs_folded, 0U);
  // All but the live one, whose figures are then those of one that is lost.
  const visits::Accounting all_lost = accounting(kNow + kMonth);
  EXPECT_EQ(maintain({}, told + kMonth).epochs_folded, 3U);
  EXPECT_TRUE(same_sums(accounting(kNow + kMonth), all_lost));
  EXPECT_EQ(all_lost.unaccounted_epochs, 2U);
}

TEST_P(VisitStoreContract, PastEpochsTellReplaysAndCountWhatIsFound) {
  leave_epoch(1, 10, 10, kNow - minutes{90});
  leave_epoch(2, 30, 10, kNow - minutes{90}, false);
  ASSERT_EQ(maintain({}, now() + kMonth).epochs_folded, 2U);
  EXPECT_FALSE(seen(epoch_of(1), kNow).forgotten);
  EXPECT_EQ(seen(epoch_of(1), kNow).through.at(0), 10U);
  EXPECT_EQ(seen(epoch_of(1), kNow).settled, std::nullopt);
  const visits::Accounting before = accounting(kLostBefore);
  for (const std::uint8_t epoch : {std::uint8_t{1}, std::uint8_t{2}}) {
    const visits::Batch again = batch_of({epoch_of(epoch), 0, 0, 10}, {count_of("a", 10)});
    EXPECT_THAT(apply({again}).value(), testing::ElementsAre(visits::Applied::before));
    const visits::Batch overlapping = batch_of({epoch_of(epoch), 0, 5, 10}, {count_of("a", 10)});
    EXPECT_EQ(error_of(apply({overlapping})), ErrorCode::invalid_value);
  }
  report(report_of(1, 99, kNow));
  EXPECT_TRUE(same_sums(accounting(kLostBefore), before));
  EpochReport copy = report_of(1, 99, {});
  EXPECT_TRUE(same_sums(accounting(kLostBefore, {copy}), before));
  // Of what the second one never delivered some is found.
  given(batch_of({epoch_of(2), 0, 10, 20}, {count_of("a", 15)}));
  given(batch_of({epoch_of(2), 1, 0, 20}, {count_of("a", 5)}));
  EXPECT_EQ(accounting(kLostBefore).persisted, before.persisted + 20);
  EXPECT_EQ(accounting(kLostBefore).accepted, before.accepted);
  EXPECT_EQ(accounting(kLostBefore).dropped, before.dropped - 20);
  const visits::Accounting found = accounting(kLostBefore);
  (void)maintain({}, now() + 3 * kMonth);
  EXPECT_TRUE(same_sums(accounting(kLostBefore), found));
  EXPECT_TRUE(seen(epoch_of(2), kNow).through.empty());
}

TEST_P(VisitStoreContract, PastEpochsAreForgottenAndNotCountedAgain) {
  leave_epoch(1, 10, 10, kNow - minutes{90});
  const Timestamp told = now();
  ASSERT_EQ(maintain({}, told + minutes{90}).epochs_folded, 1U);
  const visits::Accounting before = accounting(kLostBefore);
  const Timestamp later = told + 2 * kMonth;
  (void)maintain({}, later);
  EXPECT_TRUE(same_sums(accounting(kLostBefore), before));
  EXPECT_TRUE(seen(epoch_of(1), kNow).forgotten);
  EXPECT_TRUE(seen(epoch_of(1), kNow).through.empty());
  visits::Batch old = batch_of({epoch_of(1), 0, 0, 10}, {count_of("a", 10)});
  old.begun_at = kNow;
  EXPECT_THAT(apply({old}).value(), testing::ElementsAre(visits::Applied::before));
  // A process that began later, or one that has reported, is none of them.
  EXPECT_FALSE(seen(epoch_of(3), later).forgotten);
  visits::Batch fresh = batch_of({epoch_of(3), 0, 0, 10}, {count_of("a", 1)});
  fresh.begun_at = later;
  given(fresh);
  report(report_of(4, 5, later));
  EXPECT_FALSE(seen(epoch_of(4), kNow).forgotten);
  visits::Batch known = batch_of({epoch_of(4), 0, 0, 10}, {count_of("a", 1)});
  known.begun_at = kNow;
  given(known);
}

TEST_P(VisitStoreContract, PastEpochsAreFoldedBesideBatchesOfThemThatAreAppliedNow) {
  constexpr std::uint8_t kEpochs = 30;
  for (std::uint8_t epoch = 1; epoch <= kEpochs; ++epoch) leave_epoch(epoch, 10, 10, kNow - minutes{90});
  std::atomic<int> failed{0};
  on_threads(3, [&](std::size_t thread) {
    if (thread == 0) {
      for (int i = 0; i < 10; ++i) (void)maintain({}, now() + minutes{90});
      return;
    }
    for (std::uint8_t epoch = 1; epoch <= kEpochs; ++epoch) {
      const visits::BatchId id{epoch_of(epoch), static_cast<std::uint16_t>(thread - 1), 10, 10};
      if (!apply({batch_of(id, {count_of("a", 7)})})) ++failed;
    }
  });
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(accounting(kLostBefore).persisted, kEpochs * (10U + 2 * 7U));
}

}  // namespace
}  // namespace curt::test
