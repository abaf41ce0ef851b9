#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/http/keyed_api.hpp"

namespace curt::api {
namespace {

using http::Method;
using nlohmann::json;
using test::Answer;
using test::KeyedApi;

TEST(ListKeys, GoesThroughAllKeysInPages) {
  KeyedApi api;
  std::set<std::string> ids{KeyedApi::id_of(api.admin)};
  for (int i = 0; i < 6; ++i) {
    if (i % 2 == 0) api.clock.advance(std::chrono::seconds{1});
    ids.insert(KeyedApi::id_of(api.key({"links:read"})));
  }
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const Answer page = api.as_admin(Method::get, "/api/v1/keys?limit=3&cursor=" + cursor);
    ASSERT_EQ(page.status, 200U) << page.body;
    EXPECT_EQ(page.body.find("curt_"), std::string::npos);
    const json listed = page.json();
    for (const json& key : listed["data"]) EXPECT_TRUE(seen.insert(key["id"]).second);
    cursor = listed["next_cursor"].is_null() ? "" : listed["next_cursor"].get<std::string>();
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(seen, ids);
  EXPECT_EQ(pages, 3);
}

TEST(ListKeys, NamesTheParametersThatAreWrong) {
  KeyedApi api;
  for (const char* query : {"limit=0", "limit=501", "limit=x", "cursor=x", "cursor=1.x", "colour=red"}) {
    const Answer answer = api.as_admin(Method::get, std::string{"/api/v1/keys?"} + query);
    EXPECT_EQ(answer.status, 422U) << query;
    EXPECT_EQ(answer.blamed(),
              (std::vector<std::string>{std::string{query}.substr(0, std::string{query}.find('='))}));
  }
  EXPECT_EQ(api.as_admin(Method::get, "/api/v1/keys?limit=500").status, 200U);
}

}  // namespace
}  // namespace curt::api
