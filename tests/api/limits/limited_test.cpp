#include "api/limits/limited.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "curt/http/response.hpp"

namespace curt::api {
namespace {

using limits::Budget;
using limits::BudgetState;
using limits::Ticks;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A request of a client, and its answer.
struct Asked {
  http::Request request;
  http::Response response;
  http::Exchange exchange{request, response, "id-1", 0, Call{Deadline{std::chrono::steady_clock::now()}}};
};

TEST(Limited, ChargesAKeyWhereOneIsShownAndElseTheAddress) {
  Asked asked;
  asked.request.client = "2001:db8:1:2:3::4";
  EXPECT_EQ(subject_of(asked.exchange).text(), "2001:db8:1:2::/64");
  asked.exchange.principal.key = KeyId::from_valid("2AbCdEfGhIjK");
  EXPECT_EQ(subject_of(asked.exchange).text(), "key:2AbCdEfGhIjK");
}

TEST(Limited, TellsTheBudgetsAsListsOfStructuredFields) {
  Asked asked;
  const std::vector<BudgetState> states{{Budget::create, {60, seconds{60}}, true, 59, seconds{12}},
                                        {Budget::api, {1000, seconds{3600}}, true, 998, milliseconds{3600}}};
  add_limit_headers(states, asked.response);
  EXPECT_EQ(asked.response.headers(),
            "RateLimit-Policy: \"create\";q=60;w=60, \"api\";q=1000;w=3600\r\n"
            "RateLimit: \"create\";r=59;t=12, \"api\";r=998;t=4\r\n");
}

TEST(Limited, SaysNothingWhereThereAreNoBudgets) {
  Asked asked;
  add_limit_headers({}, asked.response);
  EXPECT_EQ(asked.response.headers(), "");
}

TEST(Limited, SaysWhichBudgetIsUsedUpAndWhenToTryAgain) {
  Asked asked;
  const std::vector<BudgetState> states{
      {Budget::create, {60, seconds{60}}, false, 0, milliseconds{11'001}},
      {Budget::api, {1000, seconds{3600}}, true, 998, milliseconds{60'000}}};
  const http::Problem problem = limited_problem(states, asked.exchange);
  EXPECT_EQ(problem.status, 429U);
  EXPECT_EQ(problem.code, "rate_limited");
  EXPECT_EQ(problem.detail,
            "The budget create is used up: 60 requests to create links in 1m are let in. Try again in 12 s.");
  EXPECT_EQ(problem.retry_after, 0U) << "that would be spread by chance";
  EXPECT_EQ(asked.response.headers(),
            "RateLimit-Policy: \"create\";q=60;w=60, \"api\";q=1000;w=3600\r\n"
            "RateLimit: \"create\";r=0;t=12, \"api\";r=998;t=60\r\n"
            "Retry-After: 12\r\n");
}

TEST(Limited, WaitsForTheLastOfTheBudgetsThatRefuse) {
  Asked asked;
  const std::vector<BudgetState> states{{Budget::create, {60, seconds{60}}, false, 0, Ticks{1}},
                                        {Budget::api, {2, seconds{3600}}, false, 0, seconds{1800}}};
  const http::Problem problem = limited_problem(states, asked.exchange);
  EXPECT_NE(problem.detail.find("budget create"), std::string::npos) << problem.detail;
  EXPECT_NE(problem.detail.find("budget api"), std::string::npos) << problem.detail;
  EXPECT_NE(asked.response.headers().find("Retry-After: 1800\r\n"), std::string_view::npos);
}

}  // namespace
}  // namespace curt::api
