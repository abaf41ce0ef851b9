#include <string>

#include <gtest/gtest.h>

#include "support/http/keyed_api.hpp"

namespace curt::api {
namespace {

using http::Method;
using test::Answer;
using test::KeyedApi;

TEST(RevokeKey, EndsItForGood) {
  KeyedApi api;
  const std::string key = api.key({"links:read"});
  const std::string path = "/api/v1/keys/" + KeyedApi::id_of(key);
  EXPECT_EQ(api.get("/api/v1/links", test::by(key)).status, 200U);
  const Answer revoked = api.as_admin(Method::delete_, path);
  EXPECT_EQ(revoked.status, 204U);
  EXPECT_EQ(revoked.body, "");
  EXPECT_EQ(api.get("/api/v1/links", test::by(key)).status, 401U);
  EXPECT_EQ(api.as_admin(Method::delete_, path).status, 204U) << "again";
  EXPECT_EQ(api.as_admin(Method::get, path).json()["revoked_at"], "2026-11-22T12:00:00Z");
}

TEST(RevokeKey, RefusesParameters) {
  KeyedApi api;
  const std::string key = api.key({"links:read"});
  const std::string path = "/api/v1/keys/" + KeyedApi::id_of(key);
  const Answer answer = api.as_admin(Method::delete_, path + "?at=tomorrow");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(answer.problem(), "invalid_value");
  EXPECT_EQ(api.get("/api/v1/links", test::by(key)).status, 200U);
}

TEST(RevokeKey, KnowsNoKeyThatIsNot) {
  KeyedApi api;
  for (const char* id : {"0123456789Ab", "short", "0123456789A%62", "0123456789Ab0"}) {
    const std::string path = std::string{"/api/v1/keys/"} + id;
    EXPECT_EQ(api.as_admin(Method::delete_, path).status, 404U) << id;
    EXPECT_EQ(api.as_admin(Method::get, path).status, 404U) << id;
    EXPECT_EQ(api.as_admin(Method::post, path + "/rotate", "{}").status, 404U) << id;
  }
}

}  // namespace
}  // namespace curt::api
