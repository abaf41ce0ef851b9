#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "support/eventually.hpp"
#include "support/store/import_rows.hpp"
#include "support/store/other_client.hpp"
#include "support/store/postgres_store.hpp"
#include "support/store/waiting.hpp"

namespace curt::test {
namespace {

using links::ImportOutcome;
using links::ImportRow;
using testing::Each;
using testing::HasSubstr;

class PostgresPool : public PostgresStoreTest {};

TEST_F(PostgresPool, NeverHasMoreConnectionsThanItMay) {
  const auto store = open(4);
  std::atomic<int> most{0};
  std::atomic<bool> done{false};
  std::thread watcher{[&] {
    while (!done) most = std::max(most.load(), backends());
  }};
  std::atomic<int> unexpected{0};
  on_threads(8, [&](std::size_t thread) {
    for (int i = 0; i < 1250; ++i) {
      const auto found = find(*store, std::to_string(thread) + "-" + std::to_string(i));
      if (error_of(found) != ErrorCode::not_found) ++unexpected;
    }
  });
  done = true;
  watcher.join();
  EXPECT_EQ(unexpected, 0);
  EXPECT_LE(most, 4);
  EXPECT_GE(most, 1);
  EXPECT_LE(metric("curt_db_connects_total"), 4);
  EXPECT_TRUE(create(*store, "after"));
}

TEST_F(PostgresPool, ConnectsWhenThereIsWorkAndClosesWhatIsIdle) {
  options_.idle_timeout = std::chrono::seconds{1};
  const auto store = open(4);
  EXPECT_EQ(backends(), 0);
  EXPECT_TRUE(create(*store, "a"));
  EXPECT_EQ(metric("curt_db_connects_total"), 1);
  EXPECT_TRUE(eventually([&] { return backends() == 0; }));
  EXPECT_TRUE(find(*store, "a"));
  EXPECT_EQ(metric("curt_db_connection_failures_total"), 0);
}

TEST_F(PostgresPool, TellsTheServersLimitOfConnectionsAndItsOwnSize) {
  const auto store = open(3);
  EXPECT_EQ(store->max_connections(), std::nullopt);
  ASSERT_TRUE(create(*store, "a"));
  EXPECT_EQ(store->max_connections(), 100U);
  EXPECT_EQ(metric("curt_db_max_connections"), 100);
  EXPECT_EQ(metric("curt_db_pool_size"), 4) << "with the one for looks at the outbox";
  EXPECT_EQ(metric("curt_db_pool_open"), 1);
  EXPECT_EQ(metric("curt_db_pool_busy"), 0);
  EXPECT_TRUE(store->reachability().state().up);
}

TEST_F(PostgresPool, PlainCreatesThatWaitTogetherAreOneStatement) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "connected"));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links IN EXCLUSIVE MODE"};
  Waiting waiting;
  std::vector<Call> calls(100, call_within());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    waiting.start(
        store->create(calls[i], request_for(new_link("c" + std::to_string(i % 99), "https://a.example/"))));
  }
  other.reset();
  const auto& outcomes = waiting.finish();
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), std::nullopt), 99);
  EXPECT_EQ(outcomes.back(), ErrorCode::alias_taken);
  const std::string times =
      R"(curt_store_statement_duration_seconds_count{store="postgres",statement="insert_links"})";
  // The first group took what was there when the thread woke, the second one all the rest.
  EXPECT_LE(metric(times), 3);
  for (const Call& call : calls) EXPECT_EQ(call.statements, 1U);
}

TEST_F(PostgresPool, ALinkThatTheServerRefusesDoesNotFailTheOthersOfItsGroup) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "connected"));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links IN EXCLUSIVE MODE"};
  Waiting waiting;
  Call call = call_within();
  waiting.start(store->create(call, request_for(new_link("first", "https://example.com/"))));
  ASSERT_TRUE(eventually([&] { return metric("curt_db_pool_busy") == 1; }));
  auto bad = new_link("bad", "https://example.com/");
  bad.title = "not UTF-8: \xff";
  waiting.start(store->create(call, request_for(new_link("one", "https://example.com/"))));
  waiting.start(store->create(call, request_for(bad)));
  waiting.start(store->create(call, request_for(new_link("two", "https://example.com/"))));
  other.reset();
  EXPECT_THAT(waiting.finish(),
              testing::ElementsAre(std::nullopt, std::nullopt, ErrorCode::invalid_value, std::nullopt));
  EXPECT_TRUE(find(*store, "two"));
}

TEST_F(PostgresPool, ListsNeverTakeTheThreadsThatRedirectsNeed) {
  const auto store = open(4);
  ASSERT_TRUE(create(*store, "a"));
  std::optional<OtherClient> other{std::in_place, options_.url, "LOCK TABLE links"};
  Waiting waiting;
  Call call = call_within();
  for (int i = 0; i < 20; ++i) waiting.start(store->list(call, {}));
  ASSERT_TRUE(eventually([&] { return metric("curt_db_pool_busy") == 2; }));
  EXPECT_TRUE(
      eventually([&] { return metric(R"(curt_store_queue_depth{store="postgres",queue="list"})") == 18; }));
  EXPECT_EQ(metric("curt_db_pool_busy"), 2);
  Call ping = call_within();
  EXPECT_TRUE(run(store->ping(ping)));
  // Of these a single link's answer is made, and that of a durable edit.
  Call totals = call_within();
  EXPECT_TRUE(run(store->visits().totals(totals, {code_of("a")})));
  EXPECT_EQ(metric("curt_db_pool_busy"), 2) << "the lists wait still";
  other.reset();
  EXPECT_THAT(waiting.finish(), Each(std::nullopt));
}

TEST_F(PostgresPool, AStatementThatTakesTooLongIsEndedByTheServer) {
  Metrics other_metrics;
  ASSERT_TRUE(create(*open(other_metrics), "a"));
  options_.statement_timeout = patience(std::chrono::seconds{1});
  const auto store = open(1);
  const OtherClient other{options_.url, "SELECT * FROM links FOR UPDATE"};
  Call call = call_within();
  const auto edited = run(store->update(call, code_of("a"), with_title("title"), {}, kLater));
  ASSERT_EQ(error_of(edited), ErrorCode::deadline_exceeded);
  EXPECT_THAT(edited.error().log, HasSubstr("57014"));
  EXPECT_TRUE(eventually([&] {
    const auto found = find(*store, "a");
    return found && found->version == 1;
  }));
  EXPECT_EQ(metric("curt_db_connection_failures_total"), 0) << "the connection is as good as before";
}

TEST_F(PostgresPool, ACallerIsAnsweredAtItsDeadlineAndNothingIsDoneAfterwards) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  std::optional<OtherClient> other{std::in_place, options_.url, "SELECT * FROM links FOR UPDATE"};
  Call call = call_within(patience(std::chrono::seconds{2}));  // for the statement to begin
  EXPECT_EQ(error_of(run(store->update(call, code_of("a"), with_title("title"), {}, kLater))),
            ErrorCode::deadline_exceeded);
  other.reset();
  EXPECT_EQ(find(*store, "a").value().title, std::nullopt);
  EXPECT_EQ(metric("curt_db_connection_failures_total"), 1)
      << "the thread came free by losing its connection";
  EXPECT_EQ(metric(R"(curt_circuit_breaker_opened_total{dependency="postgres"})"), 0);
}

TEST_F(PostgresPool, AQueueWaitHasALimitOfItsOwn) {
  options_.queue_timeout = patience(std::chrono::seconds{2});  // for the statement to begin
  const auto store = open(1);
  // Until it is connected, which may take longer.
  ASSERT_TRUE(eventually([&] { return create(*store, "a").has_value(); }));
  std::optional<OtherClient> other{std::in_place, options_.url, "SELECT * FROM links FOR UPDATE"};
  Waiting waiting;
  Call call = call_within();
  waiting.start(store->update(call, code_of("a"), with_title("title"), {}, kLater));
  ASSERT_TRUE(eventually([&] { return metric("curt_db_pool_busy") == 1; }));
  EXPECT_EQ(error_of(find(*store, "a")), ErrorCode::overloaded);
  other.reset();
  EXPECT_THAT(waiting.finish(), Each(std::nullopt));
}

TEST_F(PostgresPool, TwoStoresThatImportTheSameRowsMakeEachLinkOnce) {
  const auto one = open();
  Metrics other_metrics;
  const auto other = open(other_metrics);
  constexpr int kRows = 600;
  std::mutex mutex;
  std::vector<ImportOutcome> outcomes;
  std::vector<std::string> failures;
  on_threads(4, [&](std::size_t thread) {
    links::LinkStore& store = thread % 2 == 0 ? *one : *other;
    std::vector<ImportRow> rows;
    for (int i = 0; i < kRows; ++i) {
      const int number = thread < 2 ? i : kRows - 1 - i;  // two from each end
      const auto source = number % 2 == 0 ? links::CodeSource::generated : links::CodeSource::alias;
      std::string code = "c" + std::to_string(number);
      if (source == links::CodeSource::generated) code += "-" + std::to_string(thread);
      rows.push_back({new_link(code, "https://example.com/" + std::to_string(number)), source});
    }
    for (int first = 0; first < kRows; first += 100) {
      Call call = call_within();
      auto done = run(store.import(call, shared({rows.begin() + first, rows.begin() + first + 100})));
      const std::lock_guard lock{mutex};
      if (done) {
        outcomes.insert(outcomes.end(), done->begin(), done->end());
      } else {
        failures.push_back(done.error().log);
      }
    }
  });
  EXPECT_THAT(failures, testing::IsEmpty());
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), ImportOutcome::imported), kRows);
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), ImportOutcome::already_there), 3 * kRows);
  EXPECT_EQ(ask("SELECT count(*) FROM links"), std::to_string(kRows));
  EXPECT_THAT(server_.log(), testing::Not(HasSubstr("deadlock")));
}

TEST_F(PostgresPool, TheSameKeyOnTwoStoresAtTheSameTimeMakesOneLink) {
  const auto one = open();
  Metrics other_metrics;
  const auto other = open(other_metrics);
  for (int round = 0; round < 20; ++round) {
    std::mutex mutex;
    std::vector<std::string> codes;
    on_threads(6, [&](std::size_t thread) {
      auto request = request_for(new_link("k" + std::to_string(round) + "-" + std::to_string(thread),
                                          "https://example.com/" + std::to_string(round)));
      request.idempotency = key_of("key " + std::to_string(round));
      request.reuse = thread % 3 == 0;
      Call call = call_within();
      const auto created = run((thread % 2 == 0 ? *one : *other).create(call, request));
      const std::lock_guard lock{mutex};
      codes.emplace_back(created ? created->link.code.view() : "failed");
    });
    EXPECT_THAT(codes, Each(codes.front()));
    EXPECT_NE(codes.front(), "failed");
  }
  EXPECT_EQ(ask("SELECT count(*) FROM links"), "20");
}

TEST_F(PostgresPool, ConnectionStringsThatLibpqDoesNotTakeAreRefusedWithoutTheirPassword) {
  options_.url = "postgresql://curt:secret@localhost/curt?no_such_option=1";
  const auto store = store::open_postgres_store(options_, clock_, metrics_);
  ASSERT_EQ(error_of(store), ErrorCode::invalid_value);
  EXPECT_THAT(store.error().detail, HasSubstr("no_such_option"));
  EXPECT_THAT(store.error().detail, testing::Not(HasSubstr("secret")));
}

TEST_F(PostgresPool, SeveralHostsAreTriedUntilOneTakesWrites) {
  const std::string port = std::to_string(server_.port());
  options_.url = "postgresql://curt@127.0.0.1:" + std::to_string(free_port()) + ",127.0.0.1:" + port + "/" +
                 database_ + "?target_session_attrs=read-write";
  const auto store = open();
  EXPECT_TRUE(create(*store, "a"));
}

}  // namespace
}  // namespace curt::test
