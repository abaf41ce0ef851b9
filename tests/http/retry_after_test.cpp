#include "curt/http/retry_after.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "curt/http/response.hpp"

namespace curt::http {
namespace {

TEST(RetryAfter, SpreadsClientsOverThreeTimesTheLeast) {
  std::set<unsigned> ones;
  std::set<unsigned> fives;
  for (int i = 0; i < 1000; ++i) {
    ones.insert(spread_retry(1));
    fives.insert(spread_retry(5));
  }
  EXPECT_EQ(ones, (std::set<unsigned>{1, 2, 3}));
  EXPECT_EQ(fives.size(), 11U);
  EXPECT_EQ(*fives.begin(), 5U);
  EXPECT_EQ(*fives.rbegin(), 15U);
}

TEST(RetryAfter, IsAHeaderInSeconds) {
  std::set<std::string> headers;
  for (int i = 0; i < 1000; ++i) {
    Response response;
    add_retry_after(1, response);
    headers.emplace(response.headers());
  }
  EXPECT_EQ(headers,
            (std::set<std::string>{"Retry-After: 1\r\n", "Retry-After: 2\r\n", "Retry-After: 3\r\n"}));
}

}  // namespace
}  // namespace curt::http
