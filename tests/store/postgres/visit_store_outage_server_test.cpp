#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "support/patience.hpp"
#include "support/store/other_client.hpp"
#include "support/store/postgres_visits.hpp"
#include "support/store/waiting.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using visits::Applied;
using visits::Batch;

class PostgresVisitsOutage : public PostgresVisits {};

TEST_F(PostgresVisitsOutage, AConnectionThatIsCutInTheMiddleLeavesNothingHalfDone) {
  const auto store = open();
  static_cast<void>(maintain(*store, kDay).value());
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 0)}));
  // Each of these stops the transaction at another statement.
  const std::vector<std::string> locks{"LOCK TABLE visit_batches IN EXCLUSIVE MODE",
                                       "LOCK TABLE visits IN ACCESS EXCLUSIVE MODE",
                                       "LOCK TABLE visit_daily IN EXCLUSIVE MODE",
                                       "LOCK TABLE visit_hourly IN EXCLUSIVE MODE",
                                       "SELECT * FROM visit_totals WHERE code = 'a' FOR UPDATE",
                                       "LOCK TABLE visit_all_daily IN EXCLUSIVE MODE",
                                       "LOCK TABLE visit_all_hourly IN EXCLUSIVE MODE",
                                       "LOCK TABLE visit_rings IN EXCLUSIVE MODE"};
  std::uint64_t number = 1;
  for (const std::string& lock : locks) {
    const Batch batch = visit_on(kDay, number * 10);
    std::optional<OtherClient> other{std::in_place, options_.url, lock};
    auto outcome = std::async(std::launch::async, [&] { return apply(*store, {batch}); });
    const std::string blocked =
        "pg_stat_activity WHERE application_name = 'curt' AND wait_event_type = 'Lock' AND datname = '" +
        database_ + "'";
    require_soon([&] { return count(blocked) == "1"; }, "nothing waits: " + lock);
    // It may be tried once more.
    while (outcome.wait_for(std::chrono::milliseconds{10}) != std::future_status::ready) {
      static_cast<void>(ask("SELECT count(pg_terminate_backend(pid, 60000)) FROM " + blocked));
    }
    EXPECT_EQ(error_of(outcome.get()), ErrorCode::unavailable) << lock;
    other.reset();
    const std::string before = std::to_string(number);
    for (const char* table : {"visit_totals", "visit_hourly", "visit_daily"}) {
      EXPECT_EQ(ask(std::string{"SELECT humans FROM "} + table), before) << lock;
    }
    EXPECT_EQ(count("visits"), before) << lock;
    EXPECT_EQ(count("visit_batches"), before) << lock;
    EXPECT_THAT(apply(*store, {batch}).value(), ElementsAre(Applied::now)) << lock;
    ++number;
  }
}

TEST_F(PostgresVisitsOutage, AnApplyThatIsOverdueIsAnsweredAndUndone) {
  const auto store = open();
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 0)}));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE visit_rings IN EXCLUSIVE MODE"};
  EXPECT_EQ(error_of(apply(*store, {visit_on(kDay, 10)}, 300ms)), ErrorCode::deadline_exceeded);
  other.reset();
  EXPECT_THAT(apply(*store, {visit_on(kDay, 10)}).value(), ElementsAre(Applied::now));
  EXPECT_EQ(ask("SELECT total FROM visit_totals"), "2");
}

TEST_F(PostgresVisitsOutage, AServerThatIsKilledWhileVisitsAreAppliedCountsEachOnce) {
  const auto store = open();
  std::atomic<std::uint64_t> done{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> appliers;
  std::mutex mutex;
  std::vector<ErrorCode> failures;
  for (std::uint16_t ring = 0; ring < 3; ++ring) {
    appliers.emplace_back([&, ring] {
      for (std::uint64_t i = 0; !stop; ++i) {
        Batch batch = visit_on(kDay, i * 10);
        batch.id.ring = ring;
        // As a forwarder does: the same batch until it is said to be counted.
        for (auto outcome = apply(*store, {batch}, patience(10s)); !outcome;
             outcome = apply(*store, {batch}, patience(10s))) {
          {
            const std::lock_guard lock{mutex};
            failures.push_back(outcome.error().code);
          }
          std::this_thread::sleep_for(5ms);
        }
        ++done;
      }
    });
  }
  for (int round = 0; round < 3; ++round) {
    const std::uint64_t before = done;
    require_soon([&] { return done > before + 50; }, "no load");
    server_.kill();
    server_.start();
  }
  const std::uint64_t before = done;
  require_soon([&] { return done > before + 50; }, "the store does not recover");
  stop = true;
  for (std::thread& applier : appliers) applier.join();
  EXPECT_THAT(failures, testing::Each(testing::AnyOf(ErrorCode::unavailable, ErrorCode::outcome_unknown,
                                                     ErrorCode::deadline_exceeded)));
  EXPECT_FALSE(failures.empty());
  for (const char* sum : {"SELECT total FROM visit_totals", "SELECT sum(humans) FROM visit_all_hourly",
                          "SELECT sum(persisted) FROM visit_rings", "SELECT count(*) FROM visit_batches"}) {
    EXPECT_EQ(ask(sum), std::to_string(done)) << sum;
  }
}

}  // namespace
}  // namespace curt::test
