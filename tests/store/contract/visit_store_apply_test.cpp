#include <atomic>
#include <limits>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using testing::ElementsAre;
using visits::Applied;
using visits::Batch;
using visits::BatchId;
using visits::VisitTotals;

TEST_P(VisitStoreContract, ABatchIsCountedForItsLinksAndForAll) {
  EXPECT_EQ(totals("a"), VisitTotals{});
  given(batch_of(batch_id(0), {count_of("a", 3, 1), count_of("a", 2, 0, kHour + 1), count_of("b", 1)}));
  given(batch_of(batch_id(10), {count_of("a", 1)}));
  EXPECT_THAT(totals({code_of("a"), code_of("none"), code_of("b"), code_of("a")}),
              ElementsAre(VisitTotals{6, 1}, VisitTotals{}, VisitTotals{1, 0}, VisitTotals{6, 1}));
  EXPECT_EQ(grand_total(), (VisitTotals{7, 1}));
  reopen();
  EXPECT_EQ(totals("a"), (VisitTotals{6, 1}));
}

TEST_P(VisitStoreContract, AReplayIsNotCountedAgain) {
  const Batch batch = batch_of(batch_id(0), {count_of("a", 3)});
  const Batch next = batch_of(batch_id(10), {count_of("a", 1)});
  given(batch);
  EXPECT_THAT(apply({batch}).value(), ElementsAre(Applied::before));
  EXPECT_THAT(apply({next, batch}).value(), ElementsAre(Applied::now, Applied::before));
  reopen();
  EXPECT_THAT(apply({batch, next}).value(), ElementsAre(Applied::before, Applied::before));
  EXPECT_EQ(totals("a"), (VisitTotals{4, 0}));
  EXPECT_EQ(grand_total(), (VisitTotals{4, 0}));
  EXPECT_EQ(accounting().persisted, 4U);
}

TEST_P(VisitStoreContract, ABatchThatIsThereTwiceInOneCallCountsOnce) {
  const Batch batch = batch_of(batch_id(0), {count_of("a", 3)});
  EXPECT_THAT(apply({batch, batch}).value(), ElementsAre(Applied::now, Applied::before));
  EXPECT_EQ(totals("a"), (VisitTotals{3, 0}));
}

TEST_P(VisitStoreContract, EpochsRingsAndPositionsTellBatchesApart) {
  std::vector<Batch> batches;
  for (const std::uint8_t epoch : {std::uint8_t{1}, std::uint8_t{2}}) {
    for (const std::uint16_t ring : {std::uint16_t{0}, std::uint16_t{65'535}}) {
      for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1} << 40U}) {
        const BatchId id{epoch_of(epoch), ring, first, 10};
        batches.push_back(batch_of(id, {count_of("a", 1)}));
      }
    }
  }
  EXPECT_THAT(apply(batches).value(), testing::Each(Applied::now));
  EXPECT_EQ(totals("a"), (VisitTotals{8, 0}));
}

TEST_P(VisitStoreContract, NoBatchesAreNoWork) {
  EXPECT_THAT(apply({}).value(), testing::IsEmpty());
  EXPECT_THAT(settled({}), testing::IsEmpty());
  EXPECT_THAT(totals(std::vector<ShortCode>{}), testing::IsEmpty());
}

TEST_P(VisitStoreContract, ABatchOfNothingIsSettledToo) {
  given(batch_of(batch_id(0), {}));
  given(batch_of(batch_id(10), {count_of("a", 0)}));
  EXPECT_THAT(settled({batch_id(0), batch_id(10)}), ElementsAre(true, true));
  EXPECT_EQ(grand_total(), VisitTotals{});
}

TEST_P(VisitStoreContract, AppliersOfTheSameBatchesAtTheSameTimeCountEachOnce) {
  constexpr std::uint64_t kBatches = 24;
  std::atomic<std::uint64_t> counted{0};
  std::atomic<int> failed{0};
  on_threads(6, [&](std::size_t thread) {
    for (std::uint64_t i = 0; i < kBatches; i += 2) {
      // Each begins elsewhere, and names the links in an order of its own.
      const std::uint64_t at = (i + thread * 4) % kBatches;
      std::vector<Batch> batches;
      for (const std::uint64_t number : {at + thread % 2, at + 1 - thread % 2}) {
        batches.push_back(
            batch_of(batch_id(number * 10), {count_of("a", 1), count_of("b", 0, 1), count_of("c", 1)}));
      }
      const auto applied = apply(batches);
      if (!applied) {
        ++failed;
        continue;
      }
      for (const Applied one : *applied) counted += one == Applied::now ? 1 : 0;
    }
  });
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(counted, kBatches);
  for (const char* code : {"a", "b", "c"}) EXPECT_EQ(totals(code).total(), kBatches) << code;
  EXPECT_EQ(grand_total(), (VisitTotals{2 * kBatches, kBatches}));
}

TEST_P(VisitStoreContract, ABatchThatIsGivenUpIsSettledAndNeverCounted) {
  ASSERT_TRUE(give_up(batch_id(0), 7, "cannot be read \xff"));
  ASSERT_TRUE(give_up(batch_id(0), 7, "again"));
  EXPECT_THAT(settled({batch_id(0)}), ElementsAre(true));
  EXPECT_THAT(apply({batch_of(batch_id(0), {count_of("a", 7)})}).value(), ElementsAre(Applied::before));
  EXPECT_EQ(totals("a"), VisitTotals{});
  EXPECT_EQ(accounting().dropped, 7U);
  EXPECT_EQ(accounting().accepted, 7U);
  EXPECT_EQ(accounting().persisted, 0U);
}

TEST_P(VisitStoreContract, ABatchThatIsCountedCannotBeGivenUp) {
  given(batch_of(batch_id(0), {count_of("a", 7)}));
  ASSERT_TRUE(give_up(batch_id(0), 7, "by mistake"));
  EXPECT_EQ(accounting().dropped, 0U);
  EXPECT_EQ(accounting().persisted, 7U);
}

TEST_P(VisitStoreContract, SettledAnswersForEach) {
  given(batch_of(batch_id(0), {count_of("a", 1)}));
  ASSERT_TRUE(give_up(batch_id(20), 1, "damaged"));
  EXPECT_THAT(settled({batch_id(20), batch_id(10), batch_id(0), batch_id(0, 10, 1), batch_id(0)}),
              ElementsAre(true, false, true, false, true));
}

TEST_P(VisitStoreContract, WhatIsConfirmedStaysSettledAndIsNeverCountedAgain) {
  const Batch low = batch_of(batch_id(0), {count_of("a", 1)});
  const Batch high = batch_of(batch_id(20), {count_of("a", 1)});
  EXPECT_THAT(apply({low, high}).value(), ElementsAre(Applied::now, Applied::now));
  confirm(epoch_of(1), 0, 20);
  EXPECT_THAT(settled({low.id, batch_id(10), high.id, batch_id(30)}), ElementsAre(true, true, true, false));
  EXPECT_THAT(apply({low, batch_of(batch_id(10), {count_of("a", 1)}), high}).value(),
              testing::Each(Applied::before));
  ASSERT_TRUE(give_up(low.id, 5, "late"));
  confirm(epoch_of(1), 0, 10);  // an older message
  EXPECT_THAT(apply({batch_of(batch_id(10), {count_of("a", 1)})}).value(), ElementsAre(Applied::before));
  confirm(epoch_of(1), 0, 30);
  EXPECT_THAT(apply({high}).value(), ElementsAre(Applied::before));
  EXPECT_EQ(totals("a"), (VisitTotals{2, 0}));
  EXPECT_EQ(accounting().dropped, 0U);
  // Other rings and epochs have positions of their own.
  given(batch_of(batch_id(0, 10, 1), {count_of("a", 1)}));
  given(batch_of({epoch_of(2), 0, 0, 10}, {count_of("a", 1)}));
}

TEST_P(VisitStoreContract, ReplaysBesideConfirmationsAreNeverCountedAgain) {
  constexpr std::uint64_t kBatches = 60;
  std::atomic<int> failed{0};
  std::atomic<std::uint64_t> counted{0};
  on_threads(4, [&](std::size_t thread) {
    for (std::uint64_t number = 0; number < kBatches; ++number) {
      const auto applied = apply({batch_of(batch_id(number * 10), {count_of("a", 1)})});
      if (!applied) {
        ++failed;
      } else {
        counted += applied->front() == Applied::now ? 1 : 0;
        if (thread == 0) confirm(epoch_of(1), 0, number * 10 + 10);
      }
    }
  });
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(counted, kBatches);
  EXPECT_EQ(totals("a"), (VisitTotals{kBatches, 0}));
}

TEST_P(VisitStoreContract, ABatchThatNoStoreTakesIsRefusedAndNothingIsDone) {
  const Batch good = batch_of(batch_id(0), {count_of("a", 1)});
  for (const std::int64_t hour : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()}) {
    const Batch bad = batch_of(batch_id(10), {count_of("a", 1, 0, hour)});
    EXPECT_EQ(error_of(apply({good, bad})), ErrorCode::invalid_value);
  }
  EXPECT_THAT(settled({good.id, batch_id(10)}), ElementsAre(false, false));
  EXPECT_EQ(totals("a"), VisitTotals{});
  given(good);
}

TEST_P(VisitStoreContract, DetailsThatNobodyKeepsDoNotKeepVisitsFromBeingCounted) {
  Batch batch = batch_of(batch_id(0), {count_of("a", 2)});
  batch.details.push_back(detail_of("a", kNow, "https://example.com/\xff\xfe"));
  batch.details.push_back(detail_of("a", Timestamp::min()));
  batch.details.push_back(detail_of("a", Timestamp::max()));
  given(batch);
  EXPECT_EQ(totals("a"), (VisitTotals{2, 0}));
}

}  // namespace
}  // namespace curt::test
