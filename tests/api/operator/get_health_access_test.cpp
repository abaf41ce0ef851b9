#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "support/fakes/fake_link_store.hpp"
#include "support/http/fake_store_api.hpp"
#include "support/http/keyed_api.hpp"

namespace curt::api {
namespace {

using http::Request;
using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using test::by;
using test::KeyedApi;
using namespace std::chrono_literals;

ApiOptions loopback_only() {
  ApiOptions options;
  options.loopback_only = true;
  return options;
}

ApiOptions apart() {
  ApiOptions options;
  options.metrics_apart = true;
  return options;
}

TEST(GetHealth, IsAWordToThoseWithoutAKey) {
  KeyedApi api;
  EXPECT_EQ(api.get("/health").json(), (json{{"status", "up"}}));
  EXPECT_EQ(api.get("/health", by(api.key({"links:read"}))).json(), (json{{"status", "up"}}));
  EXPECT_TRUE(api.get("/health", by(api.key({"metrics:read"}))).json().contains("components"));
  EXPECT_TRUE(api.get("/health", by(api.admin)).json().contains("components"));
}

TEST(GetHealth, IsAWordToStrangersWhereTheServiceIsOpen) {
  ApiHarness api{loopback_only()};
  EXPECT_TRUE(api.get("/health", test::at_host("localhost:8080")).json().contains("components"));
  for (const auto& stranger : {ApiHarness::Prepare{test::at_host("evil.example")},
                               ApiHarness::Prepare{[](Request& request) { request.forwarded = true; }}}) {
    const Answer answer = api.get("/health", stranger);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.json(), (json{{"status", "up"}}));
  }
}

TEST(GetHealth, SaysWithAWordToo) {
  test::FakeStoreApi api{ErrorCode::unavailable};
  const Answer answer =
      api.get("/health", [](Request& request) { request.fetch_site = http::FetchSite::other; });
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.json(), (json{{"status", "down"}}));
  EXPECT_NE(answer.header("Retry-After"), "");
}

TEST(GetHealth, TellsHowOldTheKeysAre) {
  ApiHarness api;
  api.key({"links:read"});
  api.key({"admin"});
  api.health.keys = [] { return access::KeysHealth{.age = 250ms}; };
  EXPECT_EQ(api.get("/health").json()["components"]["keys"],
            (json{{"status", "up"}, {"count", 2}, {"age_seconds", 0.25}}));
  EXPECT_EQ(api.get("/health").json()["status"], "up");
  api.health.keys = [] { return access::KeysHealth{.age = 3001ms}; };
  const json old = api.get("/health").json();
  EXPECT_EQ(old["components"]["keys"]["status"], "degraded");
  EXPECT_EQ(old["components"]["keys"]["age_seconds"], 3.001);
  EXPECT_EQ(old["status"], "degraded");
  api.health.keys = [] { return access::KeysHealth{}; };
  EXPECT_EQ(api.get("/health").json()["components"]["keys"]["age_seconds"], nullptr);
}

TEST(GetHealth, IsAWordToAllWhereMetricsAreApart) {
  ApiHarness api{apart()};
  EXPECT_EQ(api.get("/health").json(), (json{{"status", "up"}}));
  EXPECT_EQ(api.get("/health", by(api.key({"admin"}))).json(), (json{{"status", "up"}}));
}

TEST(GetMetrics, IsNotThereWhereMetricsAreApart) {
  ApiHarness api{apart()};
  const Answer answer = api.get("/metrics");
  EXPECT_EQ(answer.status, 404U);
  EXPECT_EQ(answer.body, api.get("/no/such/path").body);
  EXPECT_FALSE(answer.waited);
  EXPECT_EQ(api.send(http::Method::post, "/metrics").status, 404U);
  EXPECT_EQ(api.get("/metrics", by(api.key({"admin"}))).status, 404U);
}

}  // namespace
}  // namespace curt::api
