#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "support/eventually.hpp"
#include "support/store/postgres_store.hpp"
#include "support/store/waiting.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::Contains;
using testing::Each;

class PostgresOutage : public PostgresStoreTest {
 protected:
  /// However a test ends, the next one finds the server running.
  void TearDown() override {
    server_.resume();
    if (!up_) start();
  }
  void kill() {
    server_.kill();
    up_ = false;
  }
  void start() {
    server_.start();
    up_ = true;
  }

  /// Returns when a find gives the link again.
  static void await_recovery(links::LinkStore& store, std::string_view code) {
    require_soon([&] { return find(store, code, patience(15s)).has_value(); }, "the store does not recover");
  }

  bool up_ = true;
};

TEST_F(PostgresOutage, AServerThatIsNotThereFailsCallsAtOnceAndIsFoundWhenItComes) {
  kill();
  const auto store = open();
  EXPECT_EQ(error_of(find(*store, "a")), ErrorCode::unavailable);
  EXPECT_EQ(error_of(create(*store, "a")), ErrorCode::unavailable);
  EXPECT_FALSE(store->reachability().state().up);
  EXPECT_THAT(store->reachability().state().detail, testing::HasSubstr("refused"));
  start();
  require_soon([&] { return create(*store, "a").has_value(); }, "the store does not recover");
  EXPECT_TRUE(store->reachability().state().up);
}

TEST_F(PostgresOutage, AServerThatIsKilledUnderLoadCostsNoAnswerAndNoAcknowledgedLink) {
  const auto store = open();
  ASSERT_TRUE(create(*store, "before"));
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::vector<std::string> acknowledged;
  std::vector<ErrorCode> failures;
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; !stop; ++i) {
        const std::string code = std::to_string(client) + "-" + std::to_string(i);
        const auto created = create(*store, code, 1s);
        ++answered;
        {
          const std::lock_guard lock{mutex};
          created ? acknowledged.push_back(code) : failures.push_back(created.error().code);
        }
        // A refusal costs nothing; without this the loop would be all refusals.
        if (!created) std::this_thread::sleep_for(5ms);
      }
    });
  }
  for (int round = 0; round < 3; ++round) {
    const int before = answered;
    require_soon([&] { return answered > before + 200; }, "no load");
    kill();
    start();
    await_recovery(*store, "before");
  }
  stop = true;
  for (std::thread& client : clients) client.join();
  EXPECT_THAT(failures,
              Each(AnyOf(ErrorCode::unavailable, ErrorCode::outcome_unknown, ErrorCode::deadline_exceeded)));
  EXPECT_FALSE(failures.empty());
  for (const std::string& code : acknowledged) ASSERT_TRUE(find(*store, code)) << code;
}

TEST_F(PostgresOutage, AServerThatRestartsBetweenTwoCallsIsNotNoticed) {
  const auto store = open(2);
  ASSERT_TRUE(create(*store, "a"));
  server_.stop();
  start();
  EXPECT_TRUE(find(*store, "a"));
}

TEST_F(PostgresOutage, EveryCallerOfAServerThatHangsIsAnsweredAtItsDeadline) {
  options_.connect_timeout = 2s;
  const auto store = open(4);
  ASSERT_TRUE(create(*store, "a"));
  // All threads connected.
  on_threads(8, [&](std::size_t) { EXPECT_TRUE(find(*store, "a")); });
  server_.hang();
  std::mutex mutex;
  std::vector<ErrorCode> finds;
  std::vector<ErrorCode> creates;
  // The server hangs until all have their answers: a caller without one would hang the test.
  on_threads(24, [&](std::size_t thread) {
    std::optional<ErrorCode> error;
    const bool finding = thread % 2 == 0;
    if (finding) {
      error = error_of(find(*store, "a", 300ms));
    } else {
      error = error_of(create(*store, "hang" + std::to_string(thread), 300ms));
    }
    const std::lock_guard lock{mutex};
    (finding ? finds : creates).push_back(error.value_or(ErrorCode::not_found));
  });
  // On a busy machine some begin when no connection could be made, and are refused.
  EXPECT_THAT(finds, Each(AnyOf(ErrorCode::deadline_exceeded, ErrorCode::unavailable)));
  EXPECT_THAT(finds, Contains(ErrorCode::deadline_exceeded));
  // Some had been sent when the server stood still, the others never were.
  EXPECT_THAT(creates,
              Each(AnyOf(ErrorCode::deadline_exceeded, ErrorCode::outcome_unknown, ErrorCode::unavailable)));
  // No connection can be made either, so that calls are refused at once after a while.
  EXPECT_TRUE(eventually([&] { return error_of(find(*store, "a", 100ms)) == ErrorCode::unavailable; }));
  EXPECT_FALSE(store->reachability().state().up);
  server_.resume();
  await_recovery(*store, "a");
  on_threads(8, [&](std::size_t) { EXPECT_TRUE(find(*store, "a")); });
  EXPECT_LE(metric("curt_db_pool_open"), 4);
}

TEST_F(PostgresOutage, ACreateThatAHangingServerHasAlreadyIsOfUnknownOutcome) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  server_.hang();
  const auto created = create(*store, "b", patience(2s));  // to be sent by then
  server_.resume();
  EXPECT_EQ(error_of(created), ErrorCode::outcome_unknown);
  await_recovery(*store, "a");
}

TEST_F(PostgresOutage, ASpendThatAHangingServerHasAlreadyIsOfUnknownOutcome) {
  const auto store = open(1);
  links::NewLink metered = new_link("a", "https://example.com/");
  metered.settings.max_visits = 5;
  Call creating = call_within();
  ASSERT_TRUE(run(store->create(creating, request_for(metered))));
  const auto spend = [&](std::chrono::milliseconds time) {
    Call call = call_within(time);
    return run(store->spend(call, code_of("a"), 1, kNow));
  };
  EXPECT_EQ(spend(patience()).value().granted, 1U);
  server_.hang();
  const auto unknown = spend(patience(2s));
  server_.resume();
  EXPECT_EQ(error_of(unknown), ErrorCode::outcome_unknown);
  await_recovery(*store, "a");
  // It may be spent, but nobody was let through for it.
  std::uint64_t granted = 1;
  require_soon(
      [&] {
        const auto spent = spend(patience());
        if (spent) granted += spent->granted;
        return spent && spent->granted == 0;
      },
      "the visits do not end");
  EXPECT_LE(granted, 5U);
  EXPECT_GE(granted, 4U);
  EXPECT_EQ(find(*store, "a").value().spent, 5);
}

TEST_F(PostgresOutage, ASpendOnAServerThatIsNotThereSpendsNothing) {
  const auto store = open(1);
  kill();
  Call call = call_within();
  EXPECT_EQ(error_of(run(store->spend(call, code_of("a"), 1, kNow))), ErrorCode::unavailable);
}

TEST_F(PostgresOutage, ConnectionsThatAreCutAHundredTimesLoseNothing) {
  const auto store = open();
  ASSERT_TRUE(create(*store, "a"));
  std::atomic<bool> stop{false};
  std::atomic<int> good{0};
  std::mutex mutex;
  std::vector<ErrorCode> failures;
  std::vector<std::thread> clients;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&] {
      while (!stop) {
        const auto found = find(*store, "a");
        if (found) {
          ++good;
          continue;
        }
        const std::lock_guard lock{mutex};
        failures.push_back(found.error().code);
      }
    });
  }
  for (int cut = 0; cut < 100; ++cut) {
    const int before = good;
    server_.ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'curt'");
    require_soon([&] { return good > before + 5; }, "the store does not recover");
  }
  stop = true;
  for (std::thread& client : clients) client.join();
  EXPECT_THAT(failures, Each(ErrorCode::unavailable));
  // The last cut may have come while connections were being made.
  EXPECT_TRUE(eventually([&] { return store->reachability().state().up; }));
}

}  // namespace
}  // namespace curt::test
