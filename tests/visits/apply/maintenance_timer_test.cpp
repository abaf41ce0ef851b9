#include "curt/visits/apply/maintenance_timer.hpp"

#include <gtest/gtest.h>

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/fakes/fake_visit_store.hpp"
#include "support/visits/visit_batches.hpp"

namespace curt::visits {
namespace {

using namespace std::chrono_literals;

class Maintenance : public testing::Test {
 protected:
  test::FakeVisitStore store_;
  test::CoreThreads threads_{1};
};

TEST_F(Maintenance, IsDoneAtTheStartAndThenNowAndThen) {
  MaintenanceTimer timer{store_, threads_.executors()[0], {.retention = {}, .every = 5ms}};
  timer.start();
  EXPECT_TRUE(test::eventually([&] { return store_.maintained() >= 3; }));
}

TEST_F(Maintenance, GoesByTheClockOfTheDatabase) {
  store_.set_clock(test::kVisitTime);
  MaintenanceTimer timer{store_, threads_.executors()[0], {.retention = {}}};
  timer.start();
  EXPECT_TRUE(test::eventually([&] { return store_.maintained() == 1; }));
  EXPECT_EQ(store_.maintained_at(), test::kVisitTime);
}

TEST_F(Maintenance, IsTriedAgainSoonWhereItFailed) {
  store_.fail_with(ErrorCode::unavailable);
  MaintenanceTimer timer{store_, threads_.executors()[0], {.retention = {}, .pause = 5ms}};
  timer.start();
  EXPECT_TRUE(test::eventually([&] { return store_.clock_reads() >= 3; }));
  EXPECT_EQ(store_.maintained(), 0U);
  store_.fail_with(std::nullopt);
  EXPECT_TRUE(test::eventually([&] { return store_.maintained() == 1; }));
}

TEST_F(Maintenance, EndsWithoutWaitingForTheNextTime) {
  MaintenanceTimer timer{store_, threads_.executors()[0], {.retention = {}, .every = 24h}};
  timer.start();
  EXPECT_TRUE(test::eventually([&] { return store_.maintained() == 1; }));
}

}  // namespace
}  // namespace curt::visits
