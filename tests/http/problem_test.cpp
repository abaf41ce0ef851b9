#include "curt/http/problem.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/http/response.hpp"

namespace curt::http {
namespace {

nlohmann::json body_of(const Problem& problem) {
  Response response;
  write_problem(problem, "id-1", response);
  return nlohmann::json::parse(response.body());
}

TEST(Problem, IsWrittenAsRfc9457Says) {
  Response response;
  write_problem({404, "not_found", "There is no such link."}, "id-1", response);
  EXPECT_EQ(response.status(), 404U);
  EXPECT_EQ(response.content_type(), "application/problem+json");
  EXPECT_EQ(response.headers(), "Cache-Control: no-store\r\n");
  EXPECT_EQ(response.body(), R"({"type":"urn:curt:problem:not_found","title":"Not Found","status":404,)"
                             R"("detail":"There is no such link.","code":"not_found","request_id":"id-1"})"
                             "\n");
}

TEST(Problem, NamesEachFieldThatIsWrong) {
  const auto body = body_of({422, "invalid_value", "d", {{"url", "is missing"}, {"alias", "is taken"}}});
  EXPECT_EQ(body["errors"], nlohmann::json::parse(R"([{"field":"url","message":"is missing"},
                                                      {"field":"alias","message":"is taken"}])"));
}

TEST(Problem, HasNoErrorsWhereThereIsNoField) {
  EXPECT_FALSE(body_of({404, "not_found", "d"}).contains("errors"));
}

TEST(Problem, SaysWhenToTryAgain) {
  Response response;
  write_problem({503, "unavailable", "d", {}, 7}, "id-1", response);
  EXPECT_THAT(std::string{response.headers()},
              testing::ContainsRegex("Retry-After: ([7-9]|1[0-9]|2[01])\r\n"));
}

TEST(Problem, IsValidJsonWhateverTheClientSent) {
  const auto body = body_of({422, "invalid_value", "\"\\\n\x01\xff", {{"\xc3", "\xed\xa0\x80\r\n"}}});
  EXPECT_EQ(body["detail"], "\"\\\n\x01\xef\xbf\xbd");
  EXPECT_EQ(body["errors"][0]["field"], "\xef\xbf\xbd");
}

TEST(Problem, KnowsThePhraseOfEveryStatusThatWeAnswer) {
  for (const unsigned status :
       {200U, 201U, 204U, 301U, 302U, 304U, 307U, 308U, 400U, 401U, 403U, 404U, 405U, 408U,
        409U, 410U, 412U, 413U, 414U, 415U, 417U, 422U, 429U, 431U, 500U, 501U, 503U, 505U}) {
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
    EXPECT_NE(reason_phrase(status), "<unknown-status>") << status;
  }
}

}  // namespace
}  // namespace curt::http
