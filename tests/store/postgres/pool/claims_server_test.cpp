#include <chrono>
#include <optional>

#include <gmock/gmock.h>

#include "store/postgres/pool/claims.hpp"
#include "support/captured_log.hpp"
#include "support/eventually.hpp"
#include "support/servers/pgbouncer_server.hpp"
#include "support/store/postgres_store.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using store::claiming_name;

/// Tests of how processes tell each other how many connections they may have.
class PostgresPoolClaims : public PostgresStoreTest {
 protected:
  [[nodiscard]] static bool are_known(const store::PostgresStore& store) {
    return store.claims().has_value();
  }
};

TEST_F(PostgresPoolClaims, AreThoseOfAllWhoAreConnected) {
  Metrics others_metrics;
  options_.application_name = claiming_name("serve", 4, 1);
  const auto other = open(others_metrics);
  ASSERT_TRUE(eventually([&] { return are_known(*other); }));
  EXPECT_EQ(other->claims()->processes, 1U);
  EXPECT_EQ(other->claims()->connections, 5U);
  EXPECT_EQ(other->claims()->limit, 97U) << "100, of which three are the superuser's";
  EXPECT_TRUE(other->claims()->fit());
  options_.application_name = claiming_name("serve", 3, 1);
  const auto store = open();
  ASSERT_TRUE(eventually([&] { return are_known(*store); }));
  EXPECT_EQ(store->claims()->processes, 2U);
  EXPECT_EQ(store->claims()->connections, 9U);
}

TEST_F(PostgresPoolClaims, ThatExceedTheServersLimitAreALineInTheLog) {
  const CapturedLog log;
  {
    options_.application_name = claiming_name("serve", 200, 1);
    const auto store = open();
    ASSERT_TRUE(eventually([&] { return are_known(*store); }));
    EXPECT_FALSE(store->claims()->fit());
  }
  EXPECT_EQ(
      log.events("the instances and workers together may want more connections than the database server has")
          .size(),
      1U);
}

TEST_F(PostgresPoolClaims, AreNotKnownWhereTheUrlHasAnotherName) {
  options_.application_name = claiming_name("serve", 4, 1);
  options_.url += "?application_name=mine";
  const auto store = open();
  require_soon(
      [&] {
        return ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mine'"
                   " AND query LIKE '%application_name%' AND pid <> pg_backend_pid()") == "1";
      },
      "nothing was counted");
  EXPECT_FALSE(are_known(*store));
}

TEST_F(PostgresPoolClaims, AreNotAskedForBehindAPooler) {
  const PgBouncerServer bouncer{server_};
  options_.url = bouncer.url(options_.url);
  options_.prepared_statements = false;
  options_.application_name = claiming_name("serve", 4, 1);
  const auto store = open();
  ASSERT_TRUE(create(*store, "a"));
  EXPECT_FALSE(eventually([&] { return are_known(*store); }, 200ms));
}

}  // namespace
}  // namespace curt::test
