#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/captured_log.hpp"
#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/servers/relay.hpp"
#include "support/store/other_client.hpp"
#include "support/store/postgres_store.hpp"
#include "support/store/waiting.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::Each;

/// A store whose connections lead through a relay.
class PostgresOutageThroughRelay : public PostgresStoreTest {
 protected:
  PostgresOutageThroughRelay() {
    options_.url = fmt::format("postgresql://curt@127.0.0.1:{}/{}", relay_.port(), database_);
    options_.connect_timeout = 2s;
  }

  [[nodiscard]] bool is_open() const {
    return metric(R"(curt_circuit_breaker_open{dependency="postgres"})") == 1;
  }
  [[nodiscard]] double opened() const {
    return metric(R"(curt_circuit_breaker_opened_total{dependency="postgres"})");
  }

  /// Returns when the store has that many connections.
  void connect(store::PostgresStore& store, std::size_t connections) const {
    require_soon(
        [&] {
          on_threads(2 * connections, [&](std::size_t) { static_cast<void>(find(store, "a").has_value()); });
          return store.pool().open == connections;
        },
        "not every thread connects");
  }

  Relay relay_{server_.port()};
};

/// A way in which a database stops answering, and how that ends.
struct Fault {
  std::string name;
  std::function<void(PostgresServer&, Relay&)> begin;
  std::function<void(PostgresServer&, Relay&)> end;
};

class PostgresOutageFault : public PostgresOutageThroughRelay, public testing::WithParamInterface<Fault> {
 protected:
  /// However a test ends, the next one finds the server running.
  void TearDown() override {
    if (faulty_) end_fault();
  }
  void begin_fault() {
    faulty_ = true;
    GetParam().begin(server_, relay_);
  }
  void end_fault() {
    GetParam().end(server_, relay_);
    faulty_ = false;
  }

  /// Returns when a find gives the link again; prints how long that took.
  static void await_recovery(links::LinkStore& store) {
    const auto began = steady_clock::now();
    require_soon([&] { return find(store, "a").has_value(); }, "the store does not recover");
    fmt::print("back after {:.2f} s\n", std::chrono::duration<double>(steady_clock::now() - began).count());
  }

  bool faulty_ = false;
};

TEST_P(PostgresOutageFault, RefusesEverythingAtOnceAndGoesOnByItselfWithALineEach) {
  const CapturedLog log;
  {
    const auto store = open(4);
    ASSERT_TRUE(create(*store, "a"));
    connect(*store, 4);
    begin_fault();
    require_soon(
        [&] {
          static_cast<void>(find(*store, "a", 1s).has_value());
          return is_open();
        },
        "the breaker does not open");
    // The breaker may be open a moment before the lanes refuse, and this one be given up in flight.
    EXPECT_EQ(error_of(find(*store, "a")), ErrorCode::unavailable);
    // Each of them would wait for its deadline otherwise, for hours.
    const auto began = steady_clock::now();
    for (int i = 0; i < 100; ++i) {
      ASSERT_EQ(error_of(find(*store, "a")), ErrorCode::unavailable);
      ASSERT_EQ(error_of(create(*store, fmt::format("new{}", i))), ErrorCode::unavailable);
    }
    EXPECT_LT(steady_clock::now() - began, patience());
    EXPECT_GE(metric(R"(curt_circuit_breaker_refused_total{dependency="postgres"})"), 200);
    EXPECT_FALSE(store->reachability().state().up);
    end_fault();
    await_recovery(*store);
    EXPECT_TRUE(store->reachability().state().up);
    EXPECT_TRUE(create(*store, "b"));
    EXPECT_EQ(opened(), 1);
    EXPECT_FALSE(is_open());
    on_threads(16, [&](std::size_t) { EXPECT_TRUE(find(*store, "a")); });
    EXPECT_LE(store->pool().open, 4U);
  }
  EXPECT_EQ(log.events("dependency is down").size(), 1U);
  EXPECT_EQ(log.events("dependency is back").size(), 1U);
}

TEST_P(PostgresOutageFault, IsNoticedByAPoolOfOneWhichGoesOnByItself) {
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  for (int round = 0; round < 2; ++round) {
    begin_fault();
    require_soon(
        [&] {
          static_cast<void>(find(*store, "a", 500ms).has_value());
          return is_open();
        },
        "the breaker does not open");
    end_fault();
    await_recovery(*store);
  }
}

TEST_P(PostgresOutageFault, AnswersThoseWhoWaitLongBeforeTheirDeadline) {
  const auto store = open(2);
  ASSERT_TRUE(create(*store, "a"));
  connect(*store, 2);
  begin_fault();
  std::vector<std::optional<ErrorCode>> outcomes(16);
  const auto began = steady_clock::now();
  on_threads(outcomes.size(), [&](std::size_t thread) {
    if (thread % 2 == 0) {
      outcomes[thread] = error_of(find(*store, "a", 10 * patience()));
    } else {
      outcomes[thread] = error_of(create(*store, std::to_string(thread), 10 * patience()));
    }
  });
  EXPECT_LT(steady_clock::now() - began, 5 * patience()) << "nobody waited for a deadline";
  EXPECT_EQ(opened(), 1);
  for (std::size_t thread = 0; thread < outcomes.size(); ++thread) {
    const auto error = outcomes[thread];
    // A create may have been sent.
    const bool unknown = thread % 2 == 1 && error == ErrorCode::outcome_unknown;
    EXPECT_TRUE(unknown || error == ErrorCode::unavailable) << thread;
  }
}

INSTANTIATE_TEST_SUITE_P(
    , PostgresOutageFault,
    testing::Values(Fault{"Killed", [](PostgresServer& server, Relay&) { server.kill(); },
                          [](PostgresServer& server, Relay&) { server.start(); }},
                    Fault{"Stopped", [](PostgresServer& server, Relay&) { server.hang(); },
                          [](PostgresServer& server, Relay&) { server.resume(); }},
                    Fault{"BlackHoled", [](PostgresServer&, Relay& relay) { relay.stop_passing(); },
                          [](PostgresServer&, Relay& relay) { relay.pass_again(); }}),
    [](const auto& fault) { return fault.param.name; });

TEST_F(PostgresOutageThroughRelay, ADatabaseThatIsSlowButAnswersIsAskedOn) {
  const auto store = open(8);
  ASSERT_TRUE(create(*store, "a"));
  connect(*store, 8);
  // 16 ms a lookup, on eight connections: 500 a second. Three times as many are wanted as there is time for.
  relay_.delay_by(8ms);
  Waiting waiting;
  std::vector<Call> calls(1500, call_within(1s));
  for (Call& call : calls) waiting.start(store->find(call, code_of("a")));
  const auto& outcomes = waiting.finish();
  EXPECT_THAT(outcomes, testing::Contains(std::nullopt));
  EXPECT_THAT(outcomes,
              Each(testing::AnyOf(std::nullopt, ErrorCode::deadline_exceeded, ErrorCode::overloaded)));
  EXPECT_EQ(opened(), 0);
}

TEST_F(PostgresOutageThroughRelay, ADatabaseThatTakesAFifthOfASecondServesEverybodyInTime) {
  relay_.delay_by(100ms);
  const auto store = open(4);
  ASSERT_TRUE(create(*store, "a"));
  on_threads(4, [&](std::size_t) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(find(*store, "a"));
  });
  EXPECT_EQ(opened(), 0);
}

TEST_F(PostgresOutageThroughRelay, ADatabaseThatTakesTwoSecondsIsLeftAloneUntilItIsFasterAgain) {
  const auto store = open(4);
  ASSERT_TRUE(create(*store, "a"));
  connect(*store, 4);
  relay_.delay_by(1s);
  require_soon(
      [&] {
        on_threads(4, [&](std::size_t) { static_cast<void>(find(*store, "a", 1s).has_value()); });
        return is_open();
      },
      "the breaker does not open");
  EXPECT_EQ(error_of(create(*store, "b")), ErrorCode::unavailable);
  relay_.delay_by(0ms);
  require_soon([&] { return find(*store, "a").has_value(); }, "the store does not recover");
}

TEST_F(PostgresOutageThroughRelay, AStatementMayTakeLongWhereNothingElseIsAsked) {
  for (const std::size_t size : {1, 8}) {
    Metrics metrics;
    options_.pool_size = size;
    const auto store = open(metrics);
    ASSERT_TRUE(create(*store, fmt::format("of{}", size)));
    std::optional<OtherClient> other{std::in_place, server_.url(database_), "SELECT * FROM links FOR UPDATE"};
    Waiting waiting;
    Call call = call_within();
    waiting.start(store->update(call, code_of(fmt::format("of{}", size)), with_title("title"), {}, kLater));
    const auto value = [&](const char* series) { return std::stod(metric_value(metrics, series)); };
    const double before = value("curt_db_connects_total");
    // Three pings, half a second after each other.
    EXPECT_TRUE(eventually([&] { return value("curt_db_connects_total") >= before + 3; }));
    other.reset();
    EXPECT_THAT(waiting.finish(), Each(std::nullopt));
    EXPECT_EQ(value(R"(curt_circuit_breaker_opened_total{dependency="postgres"})"), 0);
    EXPECT_EQ(value("curt_db_pool_open"), 1) << "a pool keeps no connection that was only a ping";
  }
}

TEST_F(PostgresOutageThroughRelay, APingThatConnectsIsWorkedOnWhileTheConnectionForTheJobHangs) {
  options_.connect_timeout = 5s;
  const auto store = open(1);
  relay_.delay_by(1h);
  Waiting waiting;
  Call call = call_within();
  waiting.start(store->find(call, code_of("none")));
  // The delay goes with what was sent in its time.
  require_soon([&] { return relay_.held() > 0; }, "no connection is made for the job");
  relay_.delay_by(0ms);
  EXPECT_THAT(waiting.finish(), Each(ErrorCode::not_found));
  EXPECT_EQ(metric("curt_db_connection_failures_total"), 0) << "the job waited for the end of the attempt";
}

TEST_F(PostgresOutageThroughRelay, ProbesGiveUpSoonHoweverLongConnectingMayTake) {
  options_.connect_timeout = 60s;
  const auto store = open(1);
  ASSERT_TRUE(create(*store, "a"));
  relay_.stop_passing();
  require_soon(
      [&] {
        static_cast<void>(find(*store, "a", 500ms).has_value());
        return is_open();
      },
      "the breaker does not open");
  // Where each took a minute, no more of them would begin after a while.
  const double before = metric("curt_db_connection_failures_total");
  EXPECT_TRUE(
      eventually([&] { return metric("curt_db_connection_failures_total") >= before + 4; }, patience(30s)));
  relay_.pass_again();
  require_soon([&] { return find(*store, "a").has_value(); }, "the store does not recover");
}

TEST_F(PostgresOutageThroughRelay, AStoreEndsWhoseLastJobNobodyCouldWorkOn) {
  const CapturedLog log;
  relay_.stop_passing();
  auto store = open(2);
  Waiting waiting;
  Call call = call_within(200ms);
  waiting.start(store->find(call, code_of("a")));
  store.reset();
  EXPECT_THAT(waiting.finish(), Each(ErrorCode::deadline_exceeded));
  EXPECT_TRUE(log.events("dependency is down").empty()) << "which would have woken the threads";
}

}  // namespace
}  // namespace curt::test
