#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/eventually.hpp"
#include "support/store/other_client.hpp"
#include "support/store/postgres_store.hpp"
#include "support/store/waiting.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;

/// Tests of connections that come and go.
class PostgresPoolConnections : public PostgresStoreTest {
 protected:
  /// Ends the store's connection that waits for a lock, once there is one.
  void end_the_one_that_waits() const {
    const std::string waiting = fmt::format(
        "FROM pg_stat_activity WHERE application_name = 'curt' AND datname = '{}'"
        " AND wait_event_type = 'Lock'",
        database_);
    require_soon([&] { return server_.ask("SELECT count(*) " + waiting) == "1"; }, "nobody waits for a lock");
    server_.ask("SELECT pg_terminate_backend(pid, 60000) " + waiting);
  }

  /// A link is found although the connection breaks on which it is looked for.
  void expect_a_retry(store::PostgresStore& store) {
    std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links"};
    Waiting waiting;
    Call call = call_within();
    waiting.start(store.find(call, code_of("a")));
    end_the_one_that_waits();
    EXPECT_TRUE(eventually([&] { return retries() == 1; }));
    other.reset();
    EXPECT_THAT(waiting.finish(), ElementsAre(std::nullopt));
  }

  [[nodiscard]] double retries() const { return metric("curt_db_retries_total"); }
  [[nodiscard]] double failures() const { return metric("curt_db_connection_failures_total"); }
};

TEST_F(PostgresPoolConnections, AReadWhoseConnectionBreaksRunsOnceMore) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  expect_a_retry(*store);
  EXPECT_EQ(failures(), 1);
}

TEST_F(PostgresPoolConnections, AReadWhoseConnectionBreaksRunsOnceMoreBesideAnIdleConnection) {
  const auto store = open(2);
  ASSERT_TRUE(create(*store, "a"));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links"};
  {
    Waiting both;
    std::array<Call, 2> calls{call_within(), call_within()};
    for (Call& call : calls) both.start(store->find(call, code_of("a")));
    require_soon([&] { return store->pool().open == 2; }, "two that wait have one connection");
    other.reset();
    EXPECT_THAT(both.finish(), Each(std::nullopt));
  }
  expect_a_retry(*store);
}

TEST_F(PostgresPoolConnections, ARetryThatFailsIsTheLastOne) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links"};
  Waiting waiting;
  Call call = call_within();
  waiting.start(store->find(call, code_of("a")));
  end_the_one_that_waits();
  EXPECT_TRUE(eventually([&] { return retries() == 1; }));
  end_the_one_that_waits();
  EXPECT_THAT(waiting.finish(), ElementsAre(ErrorCode::unavailable));
  EXPECT_EQ(retries(), 1);
  EXPECT_EQ(failures(), 2);
}

TEST_F(PostgresPoolConnections, AnEditWhoseConnectionBreaksBeforeItsCommitIsDoneOnce) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  std::optional<OtherClient> other{std::in_place, options_.url, "SELECT * FROM links FOR UPDATE"};
  Waiting waiting;
  Call call = call_within();
  waiting.start(store->update(call, code_of("a"), with_title("title"), {}, kLater));
  end_the_one_that_waits();
  EXPECT_TRUE(eventually([&] { return retries() == 1; }));
  other.reset();
  EXPECT_THAT(waiting.finish(), ElementsAre(std::nullopt));
  const auto edited = find(*store, "a").value();
  EXPECT_EQ(edited.title, "title");
  EXPECT_EQ(edited.version, 2);
}

TEST_F(PostgresPoolConnections, WhatCommitsItselfIsNeverRunTwice) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links IN EXCLUSIVE MODE"};
  Waiting waiting;
  Call call = call_within();
  waiting.start(store->create(call, request_for(new_link("b", "https://example.com/"))));
  end_the_one_that_waits();
  EXPECT_THAT(waiting.finish(), ElementsAre(ErrorCode::outcome_unknown));
  other.reset();
  EXPECT_EQ(retries(), 0);
  EXPECT_EQ(error_of(find(*store, "b")), ErrorCode::not_found);
}

TEST_F(PostgresPoolConnections, ARetryForWhichThereIsNoConnectionIsAnswered) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links"};
  Waiting waiting;
  Call call = call_within();
  waiting.start(store->find(call, code_of("a")));
  require_soon([&] { return metric("curt_db_pool_busy") == 1; }, "nobody takes the job");
  server_.ask(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS false", database_));
  end_the_one_that_waits();
  EXPECT_THAT(waiting.finish(), ElementsAre(ErrorCode::unavailable));
  EXPECT_EQ(retries(), 0);
  EXPECT_THAT(store->reachability().state().detail,
              testing::HasSubstr("not currently accepting connections"));
  server_.ask(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS true", database_));
  other.reset();
  EXPECT_TRUE(eventually([&] { return find(*store, "a").has_value(); }));
}

TEST_F(PostgresPoolConnections, AsManyAsAreWantedAreMadeAtTheStartAndKept) {
  options_.pool_min = 2;
  options_.idle_timeout = 1s;
  const auto store = open(4);
  EXPECT_TRUE(eventually([&] { return backends() == 2; }));
  ASSERT_TRUE(create(*store, "a"));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links"};
  Waiting waiting;
  Call call = call_within();
  for (int i = 0; i < 4; ++i) waiting.start(store->find(call, code_of("a")));
  EXPECT_TRUE(eventually([&] { return store->pool().busy == 4; })) << "more come with need";
  other.reset();
  waiting.finish();
  EXPECT_TRUE(eventually([&] { return backends() == 2; })) << "and go again";
  // Several times the time after which one is idle.
  EXPECT_FALSE(eventually([&] { return backends() != 2; }, 3s));
  EXPECT_EQ(failures(), 0);
}

TEST_F(PostgresPoolConnections, OneThatIsKeptIsMadeAgainWhenItIsFoundBroken) {
  options_.pool_min = 1;
  const auto store = open(4);
  ASSERT_TRUE(create(*store, "a"));
  server_.ask(
      "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'curt'");
  EXPECT_TRUE(find(*store, "a"));
  EXPECT_TRUE(eventually([&] { return store->pool().open == 1; }));
}

}  // namespace
}  // namespace curt::test
