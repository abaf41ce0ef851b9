#include "curt/visits/forward/forwarder.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/patience.hpp"
#include "support/visits/forwarding_fixture.hpp"

// Every batch of a spool comes into the database once, whatever is away when.

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::batch_of;
using test::epoch_of;
using test::eventually;

class Forwarding : public ForwardingFixture {};

TEST_F(Forwarding, GoesStraightToTheDatabaseInGroups) {
  start(nullptr);
  append(20);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 200U);
  EXPECT_EQ(store.details(), 200U);
  EXPECT_LT(store.applies(), 20U);
  EXPECT_EQ(metric("curt_visits_applied_total{by=\"forwarder\"}"), "200");
}

TEST_F(Forwarding, LeavesAnIdleSpoolEmptyAndConfirmsItsPositions) {
  start(nullptr);
  append(3);
  EXPECT_TRUE(
      eventually([&] { return own->spool().figures().bytes == 0 && own->spool().figures().appended == 30; }));
  EXPECT_TRUE(eventually([&] { return store.confirmed(own_id, 0) == 30; }));
}

TEST_F(Forwarding, GoesOnWhenTheDatabaseIsBack) {
  store.fail_with(ErrorCode::unavailable);
  start(nullptr);
  append(5);
  ASSERT_TRUE(eventually([&] { return metric("curt_visit_spool_visits") == "50"; }));
  EXPECT_EQ(metric("curt_visit_spool_age_seconds"), "60");
  store.fail_with(std::nullopt);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 50U);
}

TEST_F(Forwarding, GoesOnAfterADatabaseThatHung) {
  options.call_deadline = 50ms;
  store.hang(true);
  start(nullptr);
  append(5);
  ASSERT_FALSE(eventually([&] { return own->spool().figures().batches == 0; }, 120ms));
  store.hang(false);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 50U);
}

TEST_F(Forwarding, CountsOnceWhatIsAppliedWithoutAnAnswer) {
  store.lose_answers(3);
  start(nullptr);
  append(4);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 40U);
  EXPECT_NE(metric("curt_visit_batches_total{by=\"forwarder\",outcome=\"replayed\"}"), "0");
}

TEST_F(Forwarding, GivesUpOnlyTheBatchThatTheDatabaseRefuses) {
  store.refuse([](const Batch& batch) { return batch.id.first == 20; });
  start(nullptr);
  append(5);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 40U);
  EXPECT_EQ(store.given_up(), 10U);
}

TEST_F(Forwarding, LeavesOutDetailsRatherThanCounts) {
  store.refuse([](const Batch& batch) { return batch.id.first == 20 && !batch.details.empty(); });
  start(nullptr);
  append(5);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 50U);
  EXPECT_EQ(store.details(), 40U);
  EXPECT_EQ(store.given_up(), 0U);
}

TEST_F(Forwarding, CountsABatchThatCannotBeReadAsDropped) {
  prepare();
  append(2);
  const auto counts = folder.path() / own_id.str() / "0000000000.counts";
  std::fstream{counts, std::ios::in | std::ios::out | std::ios::binary}.seekp(50).put('?');
  start(nullptr);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 10U);
  EXPECT_TRUE(eventually([&] { return store.reports()[own_id].dropped == 11; }))
      << "with one that a ring lost";
}

TEST_F(Forwarding, ReportsHowItStands) {
  start(nullptr);
  append(3);
  EXPECT_TRUE(eventually([&] { return store.reports()[own_id].accepted == 30; }));
  EXPECT_TRUE(eventually([&] { return !store.reports()[own_id].pending_since; }));
  EXPECT_EQ(store.reports()[own_id].host, "here");
  EXPECT_EQ(store.reports()[own_id].seen_at, clock.now());
  store.fail_with(ErrorCode::unavailable);
  append(2);
  EXPECT_EQ(forwarder->reports().at(0).accepted, 50U);
  EXPECT_EQ(forwarder->reports().at(0).pending_since, test::kVisitTime);
}

TEST_F(Forwarding, ClosesItsEpochWhenAllIsThere) {
  start(nullptr);
  append(3);
  own->drained = true;
  EXPECT_TRUE(forwarder->finish(Deadline::in(test::patience())));
  EXPECT_TRUE(*removed);
  EXPECT_TRUE(store.reports()[own_id].closed);
  EXPECT_EQ(store.total(), 30U);
  EXPECT_EQ(store.confirmed(own_id, 0), 30U);
}

TEST_F(Forwarding, LeavesItsEpochOpenWhenTheDeadlinePasses) {
  store.hang(true);
  start(nullptr);
  append(3);
  own->drained = true;
  EXPECT_FALSE(forwarder->finish(Deadline::in(100ms))) << "the store would hang for longer than the test";
  EXPECT_FALSE(*removed);
  EXPECT_EQ(own->spool().figures().batches, 3U);
}

TEST_F(Forwarding, TakesOverEpochsAndClosesThem) {
  auto left = make_epoch(epoch_of(2));
  left->drained = true;
  const auto gone = left->removed;
  ASSERT_TRUE(left->spool().append(encode(batch_of(epoch_of(2), 0, 7))));
  abandoned.push_back(std::move(left));
  start(nullptr);
  EXPECT_TRUE(eventually([&] { return gone->load(); }));
  EXPECT_TRUE(store.reports()[epoch_of(2)].closed);
  EXPECT_EQ(store.total(), 7U);
  EXPECT_TRUE(eventually([&] { return metric("curt_visit_epochs") == "1"; }));
  EXPECT_EQ(metric("curt_visit_epochs_adopted_total"), "1");
}

TEST_F(Forwarding, DoesNotCloseAnEpochOfWhichSomethingWasLostUnseen) {
  auto left = make_epoch(epoch_of(2));
  left->drained = true;
  left->lost = true;
  const auto gone = left->removed;
  abandoned.push_back(std::move(left));
  start(nullptr);
  EXPECT_TRUE(eventually([&] { return gone->load(); }));
  EXPECT_FALSE(store.reports()[epoch_of(2)].closed);
}

}  // namespace
}  // namespace curt::visits
