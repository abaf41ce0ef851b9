#include <string>

#include <gtest/gtest.h>

#include "curt/api/api_service.hpp"

#include "support/http/keyed_api.hpp"

namespace curt::api {
namespace {

using http::Method;
using http::Request;
using test::Answer;
using test::by;
using test::KeyedApi;

ApiOptions options_of(bool loopback_only) {
  ApiOptions options;
  options.metrics_apart = true;
  options.loopback_only = loopback_only;
  return options;
}

/// What is asked of the listener that metrics have for themselves.
struct Apart : KeyedApi {
  explicit Apart(bool loopback_only = false) : KeyedApi(options_of(loopback_only)) {}

  Answer ask(std::string_view path, const Prepare& prepare = nullptr) {
    return test::ask(metrics_service, Method::get, path, {}, prepare);
  }

  MetricsService metrics_service{services()};
};

TEST(MetricsService, ShowsTheWholeWithoutAKey) {
  Apart apart;
  EXPECT_EQ(apart.ask("/metrics").status, 200U);
  EXPECT_TRUE(apart.ask("/health").json().contains("components"));
  EXPECT_EQ(apart.ask("/health/live").status, 200U);
  EXPECT_EQ(apart.ask("/health/ready").status, 200U);
  EXPECT_EQ(apart.ask("/metrics", by("garbage")).status, 200U) << "keys are not looked at";
  EXPECT_EQ(apart.get("/metrics", by(apart.admin)).status, 404U) << "the other listener";
}

TEST(MetricsService, HasNothingElse) {
  Apart apart;
  for (const char* path : {"/", "/abc", "/api/v1/links", "/docs", "/shorten"}) {
    EXPECT_EQ(apart.ask(path).status, 404U) << path;
  }
  EXPECT_EQ(test::ask(apart.metrics_service, Method::post, "/metrics").status, 405U);
}

TEST(MetricsService, KnowsStrangersWhereOnlyThisMachineReachesIt) {
  Apart apart{true};
  EXPECT_EQ(apart.ask("/metrics", test::at_host("127.0.0.1:9090")).status, 200U);
  EXPECT_EQ(apart.ask("/metrics", test::at_host("evil.example")).status, 421U);
  EXPECT_EQ(apart.ask("/health", [](Request& request) { request.forwarded = true; }).status, 403U);
}

}  // namespace
}  // namespace curt::api
