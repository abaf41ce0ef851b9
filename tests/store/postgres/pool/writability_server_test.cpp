#include <chrono>
#include <cmath>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"

#include "store/postgres/connection/connection_string.hpp"
#include "store/postgres/pool/pool.hpp"
#include "support/eventually.hpp"
#include "support/store/postgres_store.hpp"

namespace curt::test {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

constexpr std::size_t kSize = 4;

class PostgresWritability : public PostgresStoreTest {
 protected:
  void TearDown() override { server_.take_writes(); }

  /// Has every thread of the pool connect.
  static void read_on_many_threads(store::PostgresStore& store) {
    on_threads(2 * kSize, [&](std::size_t) {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(find(store, "a"));
    });
  }

  [[nodiscard]] double connects() const { return metric("curt_db_connects_total"); }

  /// Expects no more connects than every connection once, as the state has changed so often since, and a
  /// probe a second, the first of them at once.
  void expect_no_storm(int changes, double connects_before, steady_clock::time_point since) const {
    const double made = connects() - connects_before;
    const double seconds = std::floor(duration<double>(steady_clock::now() - since).count());
    EXPECT_LE(made, static_cast<double>(kSize) * changes + seconds + 1) << "in " << seconds << " s";
  }

  [[nodiscard]] double takes_writes() const {
    return metric(R"(curt_dependency_up{dependency="postgres_writes"})");
  }

  /// Returns when a create is taken by the store, whose server takes writes by now. However slow the machine
  /// is, the first probe that begins finds that out; prints how long it took.
  void await_writes(store::PostgresStore& store, const std::string& code) const {
    const auto began = steady_clock::now();
    const double before = connects();
    require_soon([&] { return create(store, code).has_value(); }, "no write is taken");
    EXPECT_LE(connects() - before, 3) << "a probe that had begun, the next one, and one for the create";
    fmt::print("writes again after {:.2f} s\n", duration<double>(steady_clock::now() - began).count());
  }
};

TEST_F(PostgresWritability, AServerThatTakesNoWritesRefusesThemAtOnceAndServesReads) {
  const auto store = open(kSize);
  ASSERT_TRUE(create(*store, "a"));
  EXPECT_EQ(takes_writes(), 1);
  server_.refuse_writes();
  const auto began = steady_clock::now();
  const double before = connects();
  for (int i = 0; i < 20; ++i) {
    const auto refused = create(*store, fmt::format("b{}", i));
    ASSERT_EQ(error_of(refused), ErrorCode::unavailable);
    EXPECT_EQ(refused.error().detail, "the database takes no writes at the moment");
    EXPECT_EQ(refused.error().log.empty(), i > 0) << "only the first of them reached the server";
  }
  EXPECT_TRUE(eventually([&] { return connects() > before; })) << "a probe";
  expect_no_storm(0, before, began);
  Call call = call_within();
  EXPECT_EQ(error_of(run(store->update(call, code_of("a"), with_title("title"), {}, kLater))),
            ErrorCode::unavailable);
  EXPECT_EQ(error_of(run(store->spend(call, code_of("a"), 1, kNow))), ErrorCode::unavailable);
  EXPECT_EQ(error_of(run(store->visits().maintain(call, {}, kNow))), ErrorCode::unavailable);
  EXPECT_EQ(call.statements, 0U);
  EXPECT_EQ(takes_writes(), 0);
  EXPECT_FALSE(store->writes().state().up);
  EXPECT_TRUE(find(*store, "a"));
  EXPECT_TRUE(run(store->ping(call)));
  EXPECT_TRUE(store->reachability().state().up);

  server_.take_writes();
  await_writes(*store, "c");
  EXPECT_EQ(takes_writes(), 1);
  EXPECT_TRUE(store->writes().state().up);
}

TEST_F(PostgresWritability, IsFoundWhenAConnectionIsMade) {
  Metrics metrics;
  ASSERT_TRUE(create(*open(metrics), "a"));
  server_.ask(fmt::format("ALTER DATABASE {} SET default_transaction_read_only = on", database_));
  const auto store = open();
  Call call = call_within();
  EXPECT_EQ(error_of(run(store->create(call, request_for(new_link("b", "https://example.com/"))))),
            ErrorCode::unavailable);
  EXPECT_EQ(call.statements, 0U);
  EXPECT_TRUE(find(*store, "a"));
  server_.ask(fmt::format("ALTER DATABASE {} RESET default_transaction_read_only", database_));
  await_writes(*store, "b");
}

TEST_F(PostgresWritability, ConnectionsAreMadeAnewWhenItBeginsAndWhenItEndsWithoutAStorm) {
  const auto store = open(kSize);
  ASSERT_TRUE(create(*store, "a"));
  require_soon(
      [&] {
        read_on_many_threads(*store);
        return metric("curt_db_pool_open") == kSize;
      },
      "not every thread connects");
  const auto latest = [&] {
    return ask("SELECT max(backend_start) FROM pg_stat_activity WHERE application_name = 'curt'");
  };
  const auto older_than = [&](const std::string& moment) {
    return ask(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'curt' AND backend_start <= '" +
        moment + "'");
  };
  const double before = connects();
  const auto began = steady_clock::now();
  std::string moment = latest();
  server_.refuse_writes();
  EXPECT_FALSE(create(*store, "b"));
  read_on_many_threads(*store);
  EXPECT_TRUE(eventually([&] { return older_than(moment) == "0"; }));
  // Long enough for some probes, with readers that would all connect.
  while (connects() - before < kSize + 3) read_on_many_threads(*store);
  expect_no_storm(1, before, began);

  server_.take_writes();
  moment = ask("SELECT now()");
  await_writes(*store, "c");
  read_on_many_threads(*store);
  EXPECT_TRUE(eventually([&] { return older_than(moment) == "0"; }));
  expect_no_storm(2, before, began);
}

TEST_F(PostgresWritability, NewsFromOutsideIsLookedInto) {
  Reachability reachability{"postgres", clock_, metrics_};
  Reachability writes{"postgres_writes", clock_, metrics_};
  store::postgres::PoolOptions options;
  options.connection.connection_string =
      store::postgres::complete_connection_string(options_.url, options_.connect_timeout).value();
  options.size = 2;
  limits::CircuitBreaker breaker{"postgres", reachability, clock_, metrics_};
  store::postgres::Liveness liveness{breaker};
  store::postgres::Watchdog watchdog{liveness};
  store::postgres::Pool pool{options, {liveness, watchdog, writes}, metrics_};
  pool.note_writable(false);
  EXPECT_TRUE(eventually([&] { return connects() == 1; })) << "nobody else has work for the pool";
  EXPECT_TRUE(eventually([&] { return writes.state().up; }));
  server_.refuse_writes();
  pool.note_writable(false);
  EXPECT_TRUE(eventually([&] { return !writes.state().up; }));
  server_.take_writes();
  EXPECT_TRUE(eventually([&] { return writes.state().up; }));
}

TEST_F(PostgresWritability, AStandbyServesReadsAndTakesWritesOnceItIsPromoted) {
  Metrics metrics;
  ASSERT_TRUE(create(*open(metrics), "a"));
  const PostgresServer standby{PostgresServer::StandbyOf{server_}};
  options_.url = standby.url(database_);
  const auto store = open(kSize);
  require_soon([&] { return find(*store, "a").has_value(); }, "the standby does not follow");
  EXPECT_EQ(error_of(create(*store, "b")), ErrorCode::unavailable);
  EXPECT_EQ(takes_writes(), 0);
  standby.promote();
  await_writes(*store, "b");
  EXPECT_EQ(takes_writes(), 1);
}

TEST_F(PostgresWritability, AFailoverIsFollowedToTheHostThatTakesWrites) {
  const PostgresServer standby{PostgresServer::StandbyOf{server_}};
  options_.url = fmt::format("postgresql://curt@127.0.0.1:{},127.0.0.1:{}/{}?target_session_attrs=read-write",
                             server_.port(), standby.port(), database_);
  const auto store = open(kSize);
  ASSERT_TRUE(create(*store, "a"));
  require_soon([&] { return standby.ask("SELECT count(*) FROM links", database_) == "1"; },
               "the standby does not follow");
  read_on_many_threads(*store);
  server_.refuse_writes();
  standby.promote();
  await_writes(*store, "b");
  read_on_many_threads(*store);
  EXPECT_TRUE(find(*store, "b"));
  EXPECT_TRUE(eventually([&] { return backends() == 0; })) << "nobody reads from the old primary";
}

TEST_F(PostgresWritability, AHostThatMustTakeWritesIsNotReadFromWhileItTakesNone) {
  options_.url += "?target_session_attrs=read-write";
  const auto store = open(kSize);
  ASSERT_TRUE(create(*store, "a"));
  server_.refuse_writes();
  EXPECT_EQ(error_of(create(*store, "b")), ErrorCode::unavailable);
  EXPECT_TRUE(eventually([&] { return error_of(find(*store, "a")) == ErrorCode::unavailable; }));
  EXPECT_FALSE(store->reachability().state().up);
  server_.take_writes();
  await_writes(*store, "b");
  EXPECT_TRUE(find(*store, "a"));
}

}  // namespace
}  // namespace curt::test
