#include "api/request/presented_key.hpp"

#include <gtest/gtest.h>

namespace curt::api {
namespace {

/// What is presented with these headers; a null pointer is no such header.
std::optional<std::string_view> presented(const char* api_key, const char* authorization) {
  http::Request request;
  if (api_key != nullptr) {
    request.api_key = api_key;
    request.api_keys = 1;
  }
  if (authorization != nullptr) {
    request.authorization = authorization;
    request.authorizations = 1;
  }
  return presented_key(request);
}

TEST(PresentedKey, IsThatOfEitherHeader) {
  EXPECT_EQ(presented(nullptr, nullptr), std::nullopt);
  EXPECT_EQ(presented("a", nullptr), "a");
  EXPECT_EQ(presented("", nullptr), "") << "an empty one is no good key";
  EXPECT_EQ(presented(nullptr, "Bearer a"), "a");
  EXPECT_EQ(presented(nullptr, "bEARER \t a "), "a");
  EXPECT_EQ(presented(nullptr, "Bearer"), "");
  EXPECT_EQ(presented("a", "Bearer a"), "a");
}

TEST(PresentedKey, IsNothingInAnotherScheme) {
  EXPECT_EQ(presented(nullptr, "Basic YTpi"), std::nullopt);
  EXPECT_EQ(presented(nullptr, "BearerX a"), std::nullopt);
  EXPECT_EQ(presented(nullptr, ""), std::nullopt);
  EXPECT_EQ(presented("a", "Basic YTpi"), "a");
}

TEST(PresentedKey, IsNoneWhereThereAreSeveral) {
  EXPECT_EQ(presented("a", "Bearer b"), "");
  EXPECT_EQ(presented("", "Bearer b"), "");
  http::Request twice;
  twice.api_key = "a";
  twice.api_keys = 2;
  EXPECT_EQ(presented_key(twice), "");
  http::Request both;
  both.authorization = "Bearer a";
  both.authorizations = 2;
  EXPECT_EQ(presented_key(both), "");
}

}  // namespace
}  // namespace curt::api
