#include <chrono>
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

struct Rotated : KeyedApi {
  Answer rotate(std::string_view body) { return as_admin(Method::post, path + "/rotate", body); }
  unsigned status_with(const std::string& text) { return get("/api/v1/links", test::by(text)).status; }

  const std::string first = key({"links:read"});
  const std::string path = "/api/v1/keys/" + id_of(first);
};

TEST(RotateKey, LeavesTheSecretBeforeGoodForAWhile) {
  Rotated api;
  const Answer answer = api.rotate(R"({"grace":60})");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  const json key = answer.json();
  const std::string second = key["key"];
  EXPECT_EQ(KeyedApi::id_of(second), KeyedApi::id_of(api.first));
  EXPECT_EQ(key["rotated_at"], "2026-11-22T12:00:00Z");
  EXPECT_EQ(key["previous_good_until"], "2026-11-22T12:01:00Z");
  EXPECT_EQ(api.status_with(api.first), 200U);
  EXPECT_EQ(api.status_with(second), 200U);
  api.clock.advance(std::chrono::seconds{61});
  EXPECT_EQ(api.status_with(api.first), 401U);
  EXPECT_EQ(api.status_with(second), 200U);
}

TEST(RotateKey, TakesADayWhereNothingIsSaid) {
  Rotated api;
  EXPECT_EQ(api.rotate("{}").json()["previous_good_until"], "2026-11-23T12:00:00Z");
}

TEST(RotateKey, RefusesWhatItCannotMean) {
  Rotated api;
  for (const char* body : {R"({"grace":-1})", R"({"grace":2592001})", R"({"grace":"1"})"}) {
    const Answer answer = api.rotate(body);
    EXPECT_EQ(answer.status, 422U) << body;
    EXPECT_EQ(answer.blamed(), (std::vector<std::string>{"grace"})) << body;
  }
  EXPECT_EQ(api.rotate(R"({"graze":1})").status, 422U);
  EXPECT_EQ(api.rotate("").status, 400U);
  EXPECT_EQ(api.status_with(api.first), 200U);
}

TEST(RotateKey, LeavesAKeyThatHasTwoSecretsAlone) {
  Rotated api;
  const std::string second = api.rotate(R"({"grace":60})").json()["key"];
  const Answer refused = api.rotate(R"({"grace":60})");
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.problem(), "key_rotating");
  EXPECT_EQ(api.status_with(api.first), 200U);
  EXPECT_EQ(api.status_with(second), 200U);
  EXPECT_EQ(api.rotate(R"({"grace":0})").status, 200U);
  EXPECT_EQ(api.status_with(api.first), 401U);
  EXPECT_EQ(api.status_with(second), 401U);
}

TEST(RotateKey, GivesAnExpiredKeyNoSecret) {
  Rotated api;
  const json made =
      api.as_admin(Method::post, "/api/v1/keys", R"({"name":"a","scopes":["links:read"],"ttl":60})").json();
  api.clock.advance(std::chrono::seconds{60});
  const Answer answer =
      api.as_admin(Method::post, "/api/v1/keys/" + made["id"].get<std::string>() + "/rotate", "{}");
  EXPECT_EQ(answer.status, 409U);
  EXPECT_EQ(answer.problem(), "key_expired");
}

TEST(RotateKey, GivesARevokedKeyNoSecret) {
  Rotated api;
  api.as_admin(Method::delete_, api.path);
  const Answer answer = api.rotate("{}");
  EXPECT_EQ(answer.status, 409U);
  EXPECT_EQ(answer.problem(), "key_revoked");
  EXPECT_EQ(answer.body.find("curt_"), std::string::npos);
}

}  // namespace
}  // namespace curt::api
