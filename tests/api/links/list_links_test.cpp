#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/http/fake_store_api.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using test::metric_value;
using Codes = std::vector<std::string>;

Codes codes_of(const json& page) {
  Codes codes;
  for (const json& link : page.at("data")) codes.push_back(link.at("code"));
  return codes;
}

/// Makes the links c0, c1, ... a second apart.
void fill(ApiHarness& api, int count) {
  for (int i = 0; i < count; ++i) {
    api.given(fmt::format("c{}", i), fmt::format("https://example.com/{}", i));
    api.clock.advance(std::chrono::seconds{1});
  }
}

/// The codes of all pages of this list.
Codes all_pages(ApiHarness& api, const std::string& query) {
  Codes codes;
  std::string cursor;
  for (int pages = 0; pages < 100; ++pages) {
    const json page = api.get("/api/v1/links?" + query + "&cursor=" + cursor).json();
    for (const std::string& code : codes_of(page)) codes.push_back(code);
    if (page.at("next_cursor").is_null()) return codes;
    cursor = page.at("next_cursor");
  }
  ADD_FAILURE() << "the list does not end";
  return codes;
}

TEST(ListLinks, IsEmptyAtFirst) {
  ApiHarness api;
  const Answer answer = api.get("/api/v1/links");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json(), (json{{"data", json::array()}, {"next_cursor", nullptr}}));
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
}

TEST(ListLinks, IsWrittenOnAnotherThreadThanTheCores) {
  ApiHarness api;
  api.given("abc");
  api.get("/api/v1/links");
  EXPECT_EQ(metric_value(api.metrics, "curt_side_thread_work_seconds_count"), "1");
}

TEST(ListLinks, ShowsWholeLinksTheNewestFirst) {
  ApiHarness api;
  const json first = api.given("abc");
  api.clock.advance(std::chrono::seconds{1});
  const json second = api.given("abd");
  EXPECT_EQ(api.get("/api/v1/links").json()["data"], (json{second, first}));
}

TEST(ListLinks, GivesEveryLinkOnceOverItsPages) {
  ApiHarness api;
  fill(api, 7);
  const Codes oldest_first{"c0", "c1", "c2", "c3", "c4", "c5", "c6"};
  const Codes newest_first{oldest_first.rbegin(), oldest_first.rend()};
  EXPECT_EQ(all_pages(api, "limit=3"), newest_first);
  EXPECT_EQ(all_pages(api, "limit=1&sort=created_at"), oldest_first);
  EXPECT_EQ(all_pages(api, "limit=2&sort=code"), oldest_first);
  EXPECT_EQ(all_pages(api, "limit=7&sort=-code"), newest_first);
  EXPECT_EQ(codes_of(api.get("/api/v1/links?limit=3").json()).size(), 3U);
}

TEST(ListLinks, GivesLinksOfOneMomentOnceOverItsPages) {
  ApiHarness api;
  for (const char* code : {"b", "a", "d", "c"}) api.given(code);
  Codes codes = all_pages(api, "limit=1");
  std::sort(codes.begin(), codes.end());
  EXPECT_EQ(codes, (Codes{"a", "b", "c", "d"}));
}

TEST(ListLinks, SortsByTheLastEdit) {
  ApiHarness api;
  fill(api, 3);
  api.edit("c0", {{"title", "Edited"}});
  EXPECT_EQ(codes_of(api.get("/api/v1/links?sort=-updated_at").json()), (Codes{"c0", "c2", "c1"}));
}

TEST(ListLinks, FindsTextAndTag) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"title", "Summer SALE"}, {"tags", {"ad"}}});
  api.given("summer", "https://example.com/", {{"tags", {"ad", "mail"}}});
  api.given("other", "https://example.com/in-summer");
  EXPECT_EQ(all_pages(api, "sort=code&query=summer"), (Codes{"abc", "other", "summer"}));
  EXPECT_EQ(all_pages(api, "sort=code&query=summer+sale"), Codes{"abc"});
  EXPECT_EQ(all_pages(api, "sort=code&tag=ad"), (Codes{"abc", "summer"}));
  EXPECT_EQ(all_pages(api, "sort=code&tag=ad&query=SUMMER&limit=1"), (Codes{"abc", "summer"}));
  EXPECT_TRUE(all_pages(api, "tag=a").empty());
}

TEST(ListLinks, NamesEveryParameterThatIsWrong) {
  ApiHarness api;
  const Answer answer = api.get("/api/v1/links?limit=0&page=2");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(answer.problem(), "invalid_value");
  EXPECT_EQ(answer.blamed(), (std::vector<std::string>{"limit", "page"}));
}

TEST(ListLinks, TellsOfAStoreThatIsAway) {
  test::FakeStoreApi api{ErrorCode::unavailable};
  EXPECT_EQ(api.get("/api/v1/links").status, 503U);
}

}  // namespace
}  // namespace curt::api
