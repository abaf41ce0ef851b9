#include <chrono>
#include <cstdint>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/eventually.hpp"
#include "support/store/other_client.hpp"
#include "support/store/postgres_visits.hpp"
#include "support/store/waiting.hpp"

namespace curt::test {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;
using visits::Batch;
using visits::Retention;

/// With visits kept for 7 days: those of 6 days gone by, of today, and of 3 days ahead.
constexpr std::size_t kPartitions = 10;

TEST_F(PostgresVisits, PartitionsAreMadeAheadAndDroppedWhenTheyAreOldAndTotalsStay) {
  const auto store = open();
  const Retention two_days{days{2}, days{90}};
  const auto first = maintain(*store, kDay, two_days).value();
  EXPECT_TRUE(first.had_turn);
  // Also of the day before: visits may come late.
  EXPECT_THAT(first.made, ElementsAre("visits_20261121", "visits_20261122", "visits_20261123",
                                      "visits_20261124", "visits_20261125"));
  EXPECT_THAT(first.dropped, IsEmpty());
  for (std::int64_t day = kDay; day < kDay + 3; ++day) {
    ASSERT_TRUE(apply(*store, {visit_on(day, static_cast<std::uint64_t>(day) * 10)}));
  }
  EXPECT_EQ(count("visits"), "3");
  EXPECT_THAT(maintain(*store, kDay, two_days).value().made, IsEmpty());
  EXPECT_THAT(maintain(*store, kDay + 2, two_days).value().dropped, ElementsAre("visits_20261121"));
  const auto later = maintain(*store, kDay + 3, two_days).value();
  EXPECT_THAT(later.made, ElementsAre("visits_20261128"));
  EXPECT_THAT(later.dropped, ElementsAre("visits_20261122"));
  EXPECT_EQ(count("visits"), "2");
  EXPECT_EQ(ask("SELECT total FROM visit_totals"), "3");
}

TEST_F(PostgresVisits, OnlyPartitionsThatItHasMadeAreDropped) {
  const auto store = open();
  const Retention two_days{days{2}, days{90}};
  static_cast<void>(maintain(*store, kDay, two_days).value());
  // One that an operator keeps, and others under names that are nearly those of a day.
  static_cast<void>(ask("ALTER TABLE visits_20261121 RENAME TO visits_20261121_keep"));
  std::int64_t at = 0;
  for (const char* name : {"visits_20269999", "visits_2026112", "\"visits_19700101; --\"", "a"}) {
    const std::int64_t next = at + 1;
    static_cast<void>(
        ask(fmt::format("CREATE TABLE {} PARTITION OF visits FOR VALUES FROM ({}) TO ({})", name, at, next)));
    at = next;
  }
  EXPECT_THAT(maintain(*store, kDay + 3, two_days).value().dropped, ElementsAre("visits_20261122"));
  EXPECT_EQ(ask("SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_inherits AS i"
                " JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = 'visits'::regclass"
                " AND c.relname !~ '^visits_202611[0-9]{2}$'"),
            "a visits_19700101; -- visits_2026112 visits_20261121_keep visits_20269999");
}

TEST_F(PostgresVisits, PartitionsOfYearsNeedNoMoreLocksThanAServerHas) {
  PostgresServer small;
  small.ask("ALTER SYSTEM SET max_locks_per_transaction = 10");
  small.ask("ALTER SYSTEM SET max_connections = 20");  // its locks are so many for each of these
  small.stop();
  small.start();
  options_.url = small.fresh_schema();
  const auto store = open();
  EXPECT_EQ(maintain(*store, kDay, {days{500}, days{90}}).value().made.size(), 503U);
}

TEST_F(PostgresVisits, NoVisitIsKeptOneByOneIfNoneIsToBe) {
  const auto store = open();
  static_cast<void>(maintain(*store, kDay).value());
  const auto report = maintain(*store, kDay, {days{0}, days{90}}).value();
  EXPECT_EQ(report.dropped.size(), kPartitions);
  EXPECT_THAT(report.made, IsEmpty());
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 0)}));
  EXPECT_EQ(count("visits"), "0");
  EXPECT_EQ(ask("SELECT total FROM visit_totals"), "1");
}

TEST_F(PostgresVisits, ReferrersAreRefusedWhereNoVisitIsKeptOneByOne) {
  const auto store = open();
  const auto referrers = [&] {
    Call call = call_within();
    return run(store->visits().referrers(call, code_of("a"), {kHour, kHour + 24}, 10));
  };
  static_cast<void>(maintain(*store, kDay).value());
  EXPECT_THAT(referrers().value(), IsEmpty()) << "they are kept, and there was none";
  static_cast<void>(maintain(*store, kDay, {days{0}, days{90}}).value());
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 0)}));
  const auto refused = referrers();
  ASSERT_EQ(error_of(refused), ErrorCode::invalid_value);
  EXPECT_EQ(refused.error().fields.front().field, "group_by");
}

TEST_F(PostgresVisits, DetailsOfADayWithoutAPartitionAreLeftOutAndCounted) {
  const auto store = open();
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 0)}));
  EXPECT_EQ(left_out(), 1);
  static_cast<void>(maintain(*store, kDay).value());
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 10), visit_on(kDay - 30, 20)}));
  EXPECT_EQ(left_out(), 2);
  EXPECT_EQ(count("visits"), "1");
  EXPECT_EQ(ask("SELECT referrer || ' ' || (referrer = 'https://example.com/' || chr(65533)) FROM visits"),
            "https://example.com/\xEF\xBF\xBD true");
}

TEST_F(PostgresVisits, AReplayKeepsNoDetailTwice) {
  const auto store = open();
  static_cast<void>(maintain(*store, kDay).value());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(apply(*store, {visit_on(kDay, 0)}));
  EXPECT_EQ(count("visits"), "1");
}

TEST_F(PostgresVisits, IdsThatAreConfirmedAreForgotten) {
  const auto store = open();
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 0), visit_on(kDay, 10), visit_on(kDay, 20)}));
  Call call = call_within();
  ASSERT_TRUE(run(store->visits().confirm(call, epoch_of(1), 0, 20)));
  EXPECT_EQ(ask("SELECT string_agg(first::text, ' ') FROM visit_batches"), "20");
  // A replay leaves no id behind, which nobody would confirm.
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 0)}));
  EXPECT_EQ(count("visit_batches"), "1");
}

TEST_F(PostgresVisits, OneProcessAtATimeMaintains) {
  const auto store = open();
  {
    const OtherClient other{options_.url, "SELECT pg_advisory_xact_lock(1668641399, 1)"};
    const auto report = maintain(*store, kDay).value();
    EXPECT_FALSE(report.had_turn);
    EXPECT_THAT(report.made, IsEmpty());
  }
  EXPECT_TRUE(maintain(*store, kDay).value().had_turn);
  std::mutex mutex;
  std::vector<std::string> made;
  on_threads(4, [&](std::size_t) {
    const auto report = maintain(*store, kDay + 10).value();
    const std::lock_guard lock{mutex};
    made.insert(made.end(), report.made.begin(), report.made.end());
  });
  EXPECT_EQ(made.size(), kPartitions) << "each by one of them";
}

TEST_F(PostgresVisits, APartitionThatIsReadIsDroppedTheNextTimeAndNobodyWaitsForLong) {
  const auto store = open();
  static_cast<void>(maintain(*store, kDay).value());
  {
    const OtherClient reader{options_.url, "SELECT count(*) FROM visits"};
    const auto report = maintain(*store, kDay + 30).value();
    EXPECT_TRUE(report.had_turn);
    EXPECT_EQ(report.made.size(), kPartitions);
    EXPECT_THAT(report.dropped, IsEmpty());
  }
  EXPECT_EQ(maintain(*store, kDay + 30).value().dropped.size(), kPartitions);
}

TEST_F(PostgresVisits, PartitionsComeAndGoWhileVisitsAreApplied) {
  const auto store = open();
  std::mutex mutex;
  std::vector<std::string> failures;
  on_threads(3, [&](std::size_t thread) {
    for (std::uint64_t i = 0; i < 30; ++i) {
      std::optional<Error> error;
      if (thread == 0) {
        const auto report = maintain(*store, kDay + static_cast<std::int64_t>(i), {days{1}, days{1}});
        if (!report) error = report.error();
      } else {
        Batch batch = visit_on(kDay + static_cast<std::int64_t>(i), i * 10);
        batch.id.ring = static_cast<std::uint16_t>(thread);
        const auto applied = apply(*store, {batch});
        if (!applied) error = applied.error();
      }
      const std::lock_guard lock{mutex};
      if (error) failures.push_back(error->log);
    }
  });
  EXPECT_THAT(failures, IsEmpty());
  EXPECT_EQ(ask("SELECT total FROM visit_totals"), "60");
}

TEST_F(PostgresVisits, OneConnectionDoesForEverything) {
  const auto store = open(1);
  static_cast<void>(maintain(*store, kDay).value());
  ASSERT_TRUE(create(*store, "a"));
  on_threads(6, [&](std::size_t thread) {
    for (std::uint64_t i = 0; i < 10; ++i) {
      if (thread % 2 == 0) {
        EXPECT_TRUE(find(*store, "a"));
      } else {
        EXPECT_TRUE(apply(*store, {visit_on(kDay, (thread * 10 + i) * 10)}));
      }
    }
  });
  EXPECT_EQ(ask("SELECT total FROM visit_totals"), "30");
}

TEST_F(PostgresVisits, VisitsThatWaitLeaveConnectionsToRedirects) {
  const auto store = open(4);
  ASSERT_TRUE(create(*store, "a"));
  ASSERT_TRUE(apply(*store, {visit_on(kDay, 0)}));
  std::optional<OtherClient> other{std::in_place, options_.url,
                                   "SELECT * FROM visit_totals WHERE code = 'a' FOR UPDATE"};
  std::vector<std::future<Outcome>> waiting;
  for (std::uint64_t i = 1; i <= 8; ++i) {
    waiting.push_back(
        std::async(std::launch::async, [&store, i] { return apply(*store, {visit_on(kDay, i * 10)}); }));
  }
  require_soon([&] { return store->pool().waiting == 6; }, "the visits do not wait");
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(find(*store, "a"));
  EXPECT_TRUE(create(*store, "b"));
  // A thread leaves its lane just after it has answered.
  EXPECT_TRUE(eventually([&] { return store->pool().busy == 2; }));
  other.reset();
  for (auto& outcome : waiting) EXPECT_TRUE(outcome.get());
  EXPECT_EQ(ask("SELECT total FROM visit_totals"), "9");
}

}  // namespace
}  // namespace curt::test
