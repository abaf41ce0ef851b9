#include <chrono>

#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using test::Answer;
using test::ApiHarness;

TEST(GetLink, ShowsTheLinkWithItsVersion) {
  ApiHarness api;
  const json link = api.given("abc");
  const Answer answer = api.get("/api/v1/links/abc");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json(), link);
  EXPECT_EQ(answer.header("ETag"), "\"1\"");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
}

TEST(GetLink, ShowsALinkThatDoesNotRedirect) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"ttl", 60}});
  api.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(api.get("/abc").status, 410U);
  EXPECT_EQ(api.get("/api/v1/links/abc").status, 200U);
}

TEST(GetLink, KnowsTheCodeInPercentEncoding) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.get("/api/v1/links/%61bc").status, 200U);
  EXPECT_EQ(api.get("/api/v1/links/%zz").problem(), "not_found");
  EXPECT_EQ(api.get("/api/v1/links/none").problem(), "not_found");
}

}  // namespace
}  // namespace curt::api
