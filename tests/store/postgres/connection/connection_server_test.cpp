#include <chrono>
#include <cstddef>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "store/postgres/connection/connection.hpp"
#include "support/eventually.hpp"
#include "support/servers/pgbouncer_server.hpp"
#include "support/store/other_client.hpp"
#include "support/store/postgres_store.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Value;

/// Tests that a statement which nobody waits for any more does not go on in the server, whose own timeout is
/// far away.
class PostgresPoolCancelling : public PostgresStoreTest {
 protected:
  PostgresPoolCancelling() { options_.statement_timeout = 10 * patience(); }

  /// The store's statements that run or wait for a lock.
  [[nodiscard]] std::string running() const {
    return ask(
        fmt::format("SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND state <> 'idle'"
                    " AND query LIKE '%FROM links%' AND wait_event_type = 'Lock'",
                    database_));
  }

  /// Asks for a link that another client has locked, with this deadline.
  void ask_in_vain(links::LinkStore& store) const {
    Call call = call_within(patience(2s));  // for the statement to begin
    EXPECT_EQ(error_of(run(store.find(call, code_of("a")))), ErrorCode::deadline_exceeded);
  }
};

TEST_F(PostgresPoolCancelling, TheServerNoticesThatNobodyWaitsForAStatement) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  const OtherClient other{options_.url, "LOCK TABLE links"};
  ask_in_vain(*store);
  // The server ends the wait first, and says so a moment later.
  EXPECT_TRUE(eventually([&] { return Value(server_.log(), HasSubstr("connection to client lost")); }));
  EXPECT_TRUE(eventually([&] { return running() == "0"; }));
}

TEST_F(PostgresPoolCancelling, ATransactionThatBringsItsLimitsEndsAtTheDeadline) {
  options_.prepared_statements = false;
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  const OtherClient other{options_.url, "LOCK TABLE links"};
  const auto timeouts = [&] {
    const std::string log = server_.log();
    std::size_t count = 0;
    for (auto at = log.find("statement timeout"); at != std::string::npos;
         at = log.find("statement timeout", at + 1)) {
      ++count;
    }
    return count;
  };
  const std::size_t before = timeouts();
  ask_in_vain(*store);
  EXPECT_TRUE(eventually([&] { return timeouts() == before + 1; }));
  EXPECT_EQ(running(), "0");
}

TEST_F(PostgresPoolCancelling, APoolerInBetweenChangesNothing) {
  const PgBouncerServer bouncer{server_};
  const std::string direct = options_.url;
  options_.url = bouncer.url(direct);
  options_.prepared_statements = false;
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  const OtherClient other{direct, "LOCK TABLE links"};
  ask_in_vain(*store);
  EXPECT_TRUE(eventually([&] { return running() == "0"; }));
}

TEST_F(PostgresPoolCancelling, HowOftenTheServerLooksIsSetOnlyWhereNobodyHasSetIt) {
  constexpr store::postgres::Statement kShow{"ping", "SHOW client_connection_check_interval"};
  const auto interval = [&](bool prepared) {
    const store::postgres::ConnectionOptions options{.connection_string = options_.url,
                                                     .connection_string_now = {},
                                                     .prepared_statements = prepared,
                                                     .statement_timeout = patience()};
    Metrics metrics;
    const store::postgres::StatementTimes times{metrics, "postgres"};
    store::postgres::InFlight in_flight;
    store::postgres::Connection connection{options, times, in_flight};
    return std::string{connection.run(kShow)[0][0].c_str()};
  };
  EXPECT_EQ(interval(true), "500ms");
  EXPECT_EQ(interval(false), "500ms");
  server_.ask(fmt::format("ALTER DATABASE {} SET client_connection_check_interval = '7s'", database_));
  EXPECT_EQ(interval(true), "7s");
  EXPECT_EQ(interval(false), "7s");
}

}  // namespace
}  // namespace curt::test
