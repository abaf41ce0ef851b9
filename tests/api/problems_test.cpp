#include "api/problems.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/http/failed_requests.hpp"

#include "support/captured_log.hpp"
#include "support/error_codes.hpp"
#include "support/http/openapi_document.hpp"

namespace curt::api {
namespace {

http::Problem problem_of(ErrorCode code) { return to_problem(Error{code, "A sentence.", {}, {}}); }

TEST(ToProblem, MapsEachErrorToAStatusOfItsKind) {
  for (const ErrorCode code : test::all_error_codes()) {
    const http::Problem problem = problem_of(code);
    EXPECT_GE(problem.status, 400U) << name_of(code);
    EXPECT_LT(problem.status, 600U) << name_of(code);
    EXPECT_NE(problem.status, 500U) << name_of(code) << " is expected and no fault of the service";
    EXPECT_EQ(problem.code, name_of(code));
    EXPECT_EQ(problem.detail, "A sentence.");
  }
}

TEST(ToProblem, AsksForAnotherTryWhereThatMayHelp) {
  for (const ErrorCode code : test::all_error_codes()) {
    const http::Problem problem = problem_of(code);
    EXPECT_EQ(problem.retry_after != 0, problem.status == 503) << name_of(code);
  }
}

TEST(ToProblem, KeepsToTheContract) {
  EXPECT_EQ(problem_of(ErrorCode::malformed_json).status, 400U);
  EXPECT_EQ(problem_of(ErrorCode::invalid_value).status, 422U);
  EXPECT_EQ(problem_of(ErrorCode::alias_taken).status, 409U);
  EXPECT_EQ(problem_of(ErrorCode::idempotency_key_reused).status, 422U);
  EXPECT_EQ(problem_of(ErrorCode::not_found).status, 404U);
  EXPECT_EQ(problem_of(ErrorCode::not_yet).status, 404U);
  EXPECT_EQ(problem_of(ErrorCode::expired).status, 410U);
  EXPECT_EQ(problem_of(ErrorCode::deleted).status, 410U);
  EXPECT_EQ(problem_of(ErrorCode::not_deleted).status, 409U);
  EXPECT_EQ(problem_of(ErrorCode::disabled).status, 410U);
  EXPECT_EQ(problem_of(ErrorCode::version_mismatch).status, 412U);
  EXPECT_EQ(problem_of(ErrorCode::unavailable).status, 503U);
}

TEST(ToProblem, NamesEveryFieldThatIsWrong) {
  const http::Problem problem =
      to_problem(invalid_fields({{"url", "is missing"}, {"ttl", "must be an integer"}}));
  ASSERT_EQ(problem.errors.size(), 2U);
  EXPECT_EQ(problem.errors[0].first, "url");
  EXPECT_EQ(problem.errors[0].second, "is missing");
  EXPECT_EQ(problem.errors[1].first, "ttl");
}

TEST(ToProblem, IsDescribedInTheOpenApiDocument) {
  const auto document = test::openapi_document();
  const auto& described = document.at("components").at("schemas").at("ProblemCode");
  const std::set<std::string> named = described.at("enum");
  const std::string table = described.at("description");
  for (const ErrorCode code : test::all_error_codes()) {
    const std::string name{name_of(code)};
    EXPECT_TRUE(named.contains(name)) << name;
    const std::string row = "| `" + name + "` | " + std::to_string(problem_of(code).status) + " |";
    EXPECT_NE(table.find(row), std::string::npos) << row;
  }
}

TEST(AnswerError, KeepsToItselfWhatIsForTheOperator) {
  http::Request request;
  http::Response response;
  http::Exchange exchange{request, response, "id-1", 0, Call{Deadline{{}}}};
  answer_error(Error{ErrorCode::unavailable, "The store failed.", "disk I/O error at /secret"}, exchange);
  EXPECT_EQ(response.status(), 503U);
  EXPECT_EQ(response.headers().find("secret"), std::string_view::npos);
  const auto body = nlohmann::json::parse(response.body());
  EXPECT_EQ(body.dump().find("secret"), std::string::npos);
  EXPECT_EQ(body.at("detail"), "The store failed.");
  EXPECT_EQ(body.at("request_id"), "id-1");
}

TEST(AnswerError, LogsAnErrorOfManyRequestsOnceAndThenHowOftenItCame) {
  test::CapturedLog log;
  for (int i = 0; i < 100; ++i) {
    http::Request request;
    http::Response response;
    http::Exchange exchange{request, response, "id-1", 0, Call{Deadline{{}}}};
    answer_error(Error{ErrorCode::unavailable, "The store failed.", "no answer from 192.0.2.1"}, exchange);
  }
  const std::string line = "request failed: no answer from 192.0.2.1";
  EXPECT_EQ(log.lines({"request failed"}), std::vector<std::string>{line});
  http::tell_failed_requests();
  EXPECT_EQ(log.lines({"request failed"}), (std::vector<std::string>{line, line}));
}

}  // namespace
}  // namespace curt::api
