#include <chrono>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/api/api_service.hpp"

#include "support/fakes/fake_link_store.hpp"
#include "support/http/api_harness.hpp"
#include "support/manual_clock.hpp"

namespace curt::api {
namespace {

using http::Method;
using nlohmann::json;
using std::chrono::seconds;
using test::Answer;

/// A worker's service, over a database and a stream that a test makes fail.
class WorkerHealth : public testing::Test {
 protected:
  Answer ask(Method method, std::string_view path, const test::ApiHarness::Prepare& prepare = nullptr) {
    return test::ask(service_, method, path, {}, prepare);
  }
  Answer health() { return ask(Method::get, "/health"); }

  static constexpr Timestamp kStart = test::ApiHarness::kStart;

  test::ManualClock clock_{kStart};
  Metrics metrics_;
  test::FakeLinkStore store_;
  SideThread side_thread_{metrics_};
  Reachability::State database_{.up = true, .since = kStart, .detail = {}};
  Reachability::State writes_{.up = true, .since = kStart, .detail = {}};
  Reachability::State stream_{.up = true, .since = kStart, .detail = {}};
  const ApiOptions options_{};
  const WorkerServices services_{.options = options_,
                                 .store = store_,
                                 .database = [this] { return database_; },
                                 .database_writes = [this] { return writes_; },
                                 .stream = [this] { return stream_; },
                                 .metrics = metrics_,
                                 .clock = clock_,
                                 .started_at = kStart,
                                 .side_thread = side_thread_};
  WorkerService service_{services_};
};

TEST_F(WorkerHealth, ShowsTheDatabaseAndTheStream) {
  clock_.advance(seconds{90});
  const Answer answer = health();
  EXPECT_EQ(answer.status, 200U);
  json shown = answer.json();
  EXPECT_GE(shown["components"]["database"].at("latency_ms"), 0.0);
  shown["components"]["database"].erase("latency_ms");
  const json database{{"status", "up"}, {"kind", store_.kind()}, {"busy", false}};
  const json stream{{"status", "up"}, {"kind", "redis"}, {"since", "2026-11-22T12:00:00Z"}};
  EXPECT_EQ(shown, (json{{"status", "up"},
                         {"version", CURT_VERSION},
                         {"uptime_seconds", 90},
                         {"components", {{"database", database}, {"stream", stream}}}}));
}

TEST_F(WorkerHealth, IsDownWithoutTheDatabase) {
  store_.fail_with(ErrorCode::unavailable);
  const Answer answer = health();
  EXPECT_EQ(answer.status, 503U);
  EXPECT_THAT(answer.header("Retry-After"), testing::AnyOf("1", "2", "3"));
  EXPECT_EQ(answer.json()["status"], "down");
  EXPECT_EQ(answer.json()["components"]["database"]["status"], "down");
  EXPECT_TRUE(answer.json()["components"]["database"].contains("error"));
}

TEST_F(WorkerHealth, IsUpWhileTheOnlyConnectionIsBusy) {
  for (const ErrorCode code : {ErrorCode::deadline_exceeded, ErrorCode::overloaded}) {
    store_.fail_with(code);
    database_.up = true;
    EXPECT_EQ(health().status, 200U) << name_of(code);
    EXPECT_EQ(health().json()["components"]["database"]["busy"], true) << name_of(code);
    database_.up = false;
    EXPECT_EQ(health().status, 503U) << name_of(code);
  }
}

TEST_F(WorkerHealth, IsDownWhileTheDatabaseTakesNoWrites) {
  writes_.up = false;
  const Answer answer = health();
  EXPECT_EQ(answer.status, 503U);
  const json database = answer.json()["components"]["database"];
  EXPECT_EQ(database["status"], "down");
  EXPECT_EQ(database["error"], "the database takes no writes at the moment");
}

TEST_F(WorkerHealth, IsDownWithoutTheStream) {
  stream_.up = false;
  stream_.detail = "10.0.0.7:6379: connection refused";
  const Answer answer = health();
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.json()["components"]["stream"]["error"], "the stream cannot be reached");
}

TEST_F(WorkerHealth, IsAliveAndReadyWhateverHappens) {
  store_.fail_with(ErrorCode::unavailable);
  stream_.up = false;
  for (const char* path : {"/health/live", "/health/ready"}) {
    EXPECT_EQ(ask(Method::get, path).status, 200U) << path;
    EXPECT_EQ(ask(Method::head, path).body, "{\"status\":\"up\"}\n") << path;
  }
}

TEST_F(WorkerHealth, StandsBesideTheMetricsAndNothingElse) {
  EXPECT_EQ(ask(Method::get, "/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
  for (const Method method : {Method::get, Method::options, Method::other}) {
    for (const char* path : {"/", "/abc", "/health//", "/api/v1/links", "*"}) {
      const Answer answer = ask(method, path);
      EXPECT_EQ(answer.status, 404U) << path;
      EXPECT_EQ(answer.json()["detail"], "A worker has /metrics and /health; links are elsewhere.") << path;
      EXPECT_EQ(answer.route, "none") << path;
    }
  }
}

TEST_F(WorkerHealth, IsReadOnlyAndNotForWebPages) {
  const auto from_a_page = [](http::Request& request) { request.origin = "https://app.example"; };
  for (const Method method : {Method::post, Method::put, Method::options, Method::other}) {
    const Answer answer = ask(method, "/health", from_a_page);
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.header("Allow"), "GET, HEAD");
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(answer.route, "/health");
  }
}

}  // namespace
}  // namespace curt::api
