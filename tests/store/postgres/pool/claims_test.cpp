#include "store/postgres/pool/claims.hpp"

#include <gmock/gmock.h>

#include "support/eventually.hpp"

namespace curt::store {
namespace {

TEST(Claims, NamesSayHowManyConnectionsTheirOwnersMayHave) {
  EXPECT_EQ(claim_of("curt serve 1a2b3c4d 8+1"), 9U);
  EXPECT_EQ(claim_of("curt worker 1a2b3c4d 1"), 1U);
  EXPECT_EQ(claim_of(claiming_name("serve", 256, 1)), 257U);
  EXPECT_EQ(claim_of(claiming_name("worker", 1, 0)), 1U);
}

TEST(Claims, OtherNamesSayNothing) {
  for (const char* name : {"", "curt", "curt ", "psql", "pgbouncer 8", "curt serve x", "curt serve 8+",
                           "curt 8 +1", "curt serve -8", "curt serve 99999", "curt serve 8+1x"}) {
    EXPECT_EQ(claim_of(name), 0U) << name;
  }
}

TEST(Claims, AreNamedDifferentlyInEachProcess) {
  EXPECT_NE(claiming_name("serve", 8, 1), claiming_name("serve", 8, 1));
  EXPECT_THAT(claiming_name("serve", 8, 1), testing::MatchesRegex("curt serve [0-9a-f]{8} 8\\+1"));
}

TEST(ClaimCount, WithdrawsItsQuestionAtTheEnd) {
  SystemClock clock;
  Metrics metrics;
  Reachability reachability{"postgres", clock, metrics};
  limits::CircuitBreaker breaker{"postgres", reachability, clock, metrics};
  postgres::Liveness liveness{breaker};
  postgres::Watchdog watchdog{liveness};
  JobQueue<postgres::Connection> queue{1, QueueMetrics{metrics, "postgres", "read"}};
  {
    const postgres::ClaimCount count{"curt serve 1a2b3c4d 8+1", queue, watchdog};
    ASSERT_TRUE(test::eventually([&] { return queue.size() == 1; }));
  }
  EXPECT_EQ(queue.size(), 0U);
}

}  // namespace
}  // namespace curt::store
