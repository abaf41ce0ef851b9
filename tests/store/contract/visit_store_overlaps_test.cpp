#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using testing::ElementsAre;
using visits::Applied;
using visits::Batch;
using visits::BatchId;
using visits::EpochReport;
using visits::VisitTotals;

/// A batch with a visit in each of its positions.
Batch full_batch(std::uint64_t first, std::uint32_t count) {
  return batch_of(batch_id(first, count), {count_of("a", count)});
}

/// All ways in which a batch may overlap [100, 110).
std::vector<BatchId> overlapping() {
  return {batch_id(95, 10), batch_id(105, 10), batch_id(102, 5), batch_id(95, 20),
          batch_id(100, 5), batch_id(100, 20), batch_id(105, 5), batch_id(109, 1)};
}

TEST_P(VisitStoreContract, ABatchThatOverlapsACountedOneIsRefusedAndNothingIsDone) {
  given(full_batch(90, 5));
  given(full_batch(100, 10));
  const Batch beside = batch_of(batch_id(0, 10, 1), {count_of("b", 1)});
  for (const BatchId& id : overlapping()) {
    const auto refused = apply({beside, batch_of(id, {count_of("a", 3)})});
    ASSERT_EQ(error_of(refused), ErrorCode::invalid_value) << id.str();
    EXPECT_THAT(settled({id, beside.id}), ElementsAre(false, false)) << id.str();
  }
  EXPECT_EQ(totals("a"), (VisitTotals{15, 0}));
  EXPECT_EQ(totals("b"), VisitTotals{});
  // Side by side is no overlap.
  for (const auto& [first, count] : {std::pair{95, 5}, std::pair{110, 1}, std::pair{111, 30}}) {
    given(full_batch(static_cast<std::uint64_t>(first), static_cast<std::uint32_t>(count)));
  }
  EXPECT_EQ(totals("a"), (VisitTotals{51, 0}));
}

TEST_P(VisitStoreContract, ABatchThatOverlapsIsGivenUpOnceAndShown) {
  given(full_batch(100, 10));
  for (const BatchId& id : overlapping()) {
    ASSERT_TRUE(give_up(id, 3, "overlaps"));
    ASSERT_TRUE(give_up(id, 3, "again"));
    EXPECT_THAT(settled({id}), ElementsAre(true)) << id.str();
    EXPECT_THAT(apply({batch_of(id, {count_of("a", 3)})}).value(), ElementsAre(Applied::before)) << id.str();
  }
  EXPECT_EQ(totals("a"), (VisitTotals{10, 0}));
  EXPECT_EQ(accounting().dropped, 3 * overlapping().size());
  EXPECT_EQ(accounting().persisted, 10U);
  EXPECT_EQ(accounting().accepted, 10 + 3 * overlapping().size());
  // A batch that was given up keeps no other one from being counted.
  given(full_batch(90, 10));
}

TEST_P(VisitStoreContract, BatchesOfOneCallThatOverlapAreRefused) {
  EXPECT_EQ(error_of(apply({full_batch(0, 10), full_batch(5, 10)})), ErrorCode::invalid_value);
  EXPECT_EQ(error_of(apply({full_batch(0, 10), full_batch(0, 5)})), ErrorCode::invalid_value);
  EXPECT_EQ(totals("a"), VisitTotals{});
  given(full_batch(0, 10));
}

TEST_P(VisitStoreContract, WhatReachesBelowAConfirmedPositionIsRefused) {
  given(full_batch(0, 10));
  given(full_batch(10, 10));
  confirm(epoch_of(1), 0, 10);
  EXPECT_THAT(apply({full_batch(2, 8)}).value(), ElementsAre(Applied::before));
  EXPECT_THAT(settled({batch_id(2, 8), batch_id(2, 9)}), ElementsAre(true, false));
  EXPECT_EQ(error_of(apply({full_batch(2, 20)})), ErrorCode::invalid_value);
  confirm(epoch_of(1), 0, 20);
  EXPECT_EQ(error_of(apply({full_batch(15, 10)})), ErrorCode::invalid_value);
  EXPECT_EQ(totals("a"), (VisitTotals{20, 0}));
}

TEST_P(VisitStoreContract, AConfirmedPositionWithinABatchKeepsItInTheWayOfOthers) {
  given(full_batch(0, 1'000));
  confirm(epoch_of(1), 0, 500);  // by an origin that has cut its ring elsewhere
  EXPECT_EQ(error_of(apply({full_batch(500, 500)})), ErrorCode::invalid_value);
  EXPECT_EQ(totals("a"), (VisitTotals{1'000, 0}));
}

TEST_P(VisitStoreContract, AppliersOfOverlappingBatchesAtTheSameTimeCountNoPositionTwice) {
  constexpr std::uint64_t kPositions = 600;
  std::mutex mutex;
  std::vector<BatchId> counted;
  std::atomic<int> failed{0};
  on_threads(4, [&](std::size_t thread) {
    const auto size = static_cast<std::uint32_t>(10 + 3 * thread);
    for (std::uint64_t first = 0; first < kPositions; first += size) {
      const auto applied = apply({full_batch(first, size)});
      if (!applied) {
        failed += applied.error().code == ErrorCode::invalid_value ? 0 : 1;
      } else if (applied->front() == Applied::now) {
        const std::lock_guard lock{mutex};
        counted.push_back(batch_id(first, size));
      }
    }
  });
  EXPECT_EQ(failed, 0);
  std::uint64_t visits = 0;
  std::vector<int> times(kPositions + 100, 0);
  for (const BatchId& id : counted) {
    visits += id.positions;
    for (std::uint64_t at = id.first; at < id.end(); ++at) ++times[at];
  }
  EXPECT_THAT(times, testing::Each(testing::Le(1)));
  EXPECT_EQ(totals("a"), (VisitTotals{visits, 0}));
  EXPECT_GT(visits, kPositions / 4);
}

TEST_P(VisitStoreContract, TellsHowFarItHasSeenTheRingsOfAnEpoch) {
  EXPECT_TRUE(seen(epoch_of(1)).through.empty());
  given(full_batch(0, 10));
  given(full_batch(30, 5));
  given(batch_of(batch_id(7, 2, 3), {count_of("a", 1)}));
  ASSERT_TRUE(give_up(batch_id(40, 10), 1, "damaged"));
  given(batch_of({epoch_of(2), 0, 500, 10}, {count_of("a", 1)}));
  EXPECT_THAT(seen(epoch_of(1)).through, ElementsAre(testing::Pair(0, 50U), testing::Pair(3, 9U)));
  confirm(epoch_of(1), 0, 50);
  EXPECT_THAT(seen(epoch_of(1)).through, ElementsAre(testing::Pair(0, 50U), testing::Pair(3, 9U)));
  EXPECT_FALSE(seen(epoch_of(1)).forgotten);
  EXPECT_EQ(seen(epoch_of(1)).settled, 17U);
  EXPECT_EQ(seen(epoch_of(1)).accepted, 0U);
  EXPECT_EQ(seen(epoch_of(3)).settled, 0U);
  report(report_of(1, 20, kNow));
  EXPECT_EQ(seen(epoch_of(1)).accepted, 20U);
}

TEST_P(VisitStoreContract, WhatComesOfAClosedEpochIsCountedOnceAllTheSame) {
  given(full_batch(0, 10));
  confirm(epoch_of(1), 0, 10);
  EpochReport last;
  last.epoch = epoch_of(1);
  last.accepted = 14;
  last.seen_at = kNow;
  last.closed = true;
  report(last);
  EXPECT_EQ(accounting().dropped, 4U);
  EXPECT_THAT(apply({full_batch(0, 10)}).value(), ElementsAre(Applied::before));
  // An operator closed it while its process was cut off.
  given(batch_of(batch_id(100, 10, 2), {count_of("a", 4)}));
  EXPECT_EQ(totals("a"), (VisitTotals{14, 0}));
  EXPECT_EQ(accounting().dropped, 0U);
  EXPECT_EQ(accounting().accepted, 14U);
}

TEST_P(VisitStoreContract, WhatIsGivenUpTwiceOverMakesNoMoreVisitsOfAnEpochThatIsOver) {
  given(full_batch(0, 10));
  ASSERT_TRUE(give_up(batch_id(5, 10), 10, "overlaps"));
  EpochReport last;
  last.epoch = epoch_of(1);
  last.accepted = 15;
  last.seen_at = kNow;
  last.closed = true;
  report(last);
  EXPECT_EQ(accounting().accepted, 15U);
  EXPECT_EQ(accounting().persisted, 10U);
  EXPECT_EQ(accounting().dropped, 5U);
}

}  // namespace
}  // namespace curt::test
