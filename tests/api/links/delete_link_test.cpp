#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using test::Answer;
using test::ApiHarness;
using test::if_match;

TEST(DeleteLink, LeavesAGraveThatIsNeverUsedAgain) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.get("/abc").status, 302U);
  const Answer answer = api.remove("abc");
  EXPECT_EQ(answer.status, 204U);
  EXPECT_TRUE(answer.body.empty());

  EXPECT_EQ(api.get("/abc").status, 410U);
  EXPECT_EQ(api.get("/abc").problem(), "deleted");
  EXPECT_EQ(api.get("/abc+").status, 410U);
  EXPECT_EQ(api.get("/api/v1/links/abc").status, 410U);
  EXPECT_EQ(api.edit("abc", {{"title", "New"}}).problem(), "deleted");
  EXPECT_EQ(api.remove("abc").status, 410U);
  EXPECT_EQ(api.create({{"url", "https://example.com/"}, {"alias", "abc"}}).problem(), "alias_taken");
  EXPECT_TRUE(api.get("/api/v1/links").json()["data"].empty());
}

TEST(DeleteLink, HonoursIfMatch) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.remove("abc", if_match("\"2\"")).status, 412U);
  EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_EQ(api.remove("abc", if_match("x")).blamed(), std::vector<std::string>{"If-Match"});
  EXPECT_EQ(api.remove("abc", if_match("\"1\"")).status, 204U);
}

TEST(DeleteLink, RefusesParameters) {
  ApiHarness api;
  api.given("abc");
  const Answer answer = api.remove("abc?version=2");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(answer.problem(), "invalid_value");
  EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_EQ(api.remove("abc?").status, 204U);
}

TEST(DeleteLink, FindsNoLinkWhereNoneIs) {
  ApiHarness api;
  EXPECT_EQ(api.remove("none").problem(), "not_found");
}

}  // namespace
}  // namespace curt::api
