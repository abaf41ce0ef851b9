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
using Fields = std::vector<std::string>;

TEST(CreateKey, ShowsTheKeyOnce) {
  KeyedApi api;
  const Answer made =
      api.as_admin(Method::post, "/api/v1/keys",
                   R"({"name":" shop ","scopes":["stats:read","links:read"],"own":true,"ttl":3600})");
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(made.header("Cache-Control"), "no-store");
  EXPECT_TRUE(made.body.ends_with("\"}\n"));
  json key = made.json();
  const std::string text = key["key"];
  const std::string id = key["id"];
  EXPECT_EQ(KeyedApi::id_of(text), id);
  EXPECT_EQ(made.header("Location"), "https://sho.rt/api/v1/keys/" + id);
  key.erase("key");
  EXPECT_EQ(key, (json{{"id", id},
                       {"name", "shop"},
                       {"scopes", {"links:read", "stats:read"}},
                       {"own", true},
                       {"created_at", "2026-11-22T12:00:00Z"},
                       {"expires_at", "2026-11-22T13:00:00Z"},
                       {"rotated_at", nullptr},
                       {"previous_good_until", nullptr},
                       {"revoked_at", nullptr},
                       {"last_used_at", nullptr}}));
  const Answer read = api.as_admin(Method::get, "/api/v1/keys/" + id);
  EXPECT_EQ(read.status, 200U);
  EXPECT_EQ(read.json(), key);
  EXPECT_EQ(api.get("/api/v1/links", test::by(text)).status, 200U) << "it is good at once";
}

TEST(CreateKey, NamesTheFieldsThatAreWrong) {
  KeyedApi api;
  const auto blamed = [&](std::string_view body) {
    const Answer answer = api.as_admin(Method::post, "/api/v1/keys", body);
    EXPECT_EQ(answer.status, 422U) << body << answer.body;
    return answer.blamed();
  };
  EXPECT_EQ(blamed(R"({})"), (Fields{"name", "scopes"}));
  EXPECT_EQ(blamed(R"({"name":"","scopes":["links"]})"), (Fields{"name", "scopes"}));
  EXPECT_EQ(blamed(R"({"name":"a","scopes":[]})"), (Fields{"scopes"}));
  EXPECT_EQ(blamed(R"({"name":"a","scopes":["links:read"],"colour":1})"), (Fields{"colour"}));
  EXPECT_EQ(blamed(R"({"name":"a","scopes":["links:read"],"ttl":0})"), (Fields{"ttl"}));
  EXPECT_EQ(blamed(R"({"name":"a","scopes":["links:read"],"expires_at":"2020-01-01T00:00:00Z"})"),
            (Fields{"expires_at"}));
  EXPECT_EQ(blamed(R"({"name":"a","scopes":["admin"],"own":true})"), (Fields{"own"}));
  EXPECT_EQ(api.as_admin(Method::post, "/api/v1/keys", "[]").status, 400U);
}

TEST(CreateKey, MakesNothingWhileTheStoreIsAway) {
  KeyedApi api;
  api.key_store.fail_writes(Error{ErrorCode::unavailable, "away"});
  const Answer answer = api.as_admin(Method::post, "/api/v1/keys", R"({"name":"a","scopes":["links:read"]})");
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.body.find("curt_"), std::string::npos);
}

}  // namespace
}  // namespace curt::api
