#include "curt/api/api_service.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using http::Method;
using http::Request;
using test::Answer;
using test::ApiHarness;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kBody = R"({"url":"https://example.com/"})";

TEST(ApiService, KnowsNoOtherPaths) {
  ApiHarness api;
  for (const char* path :
       {"/a/b", "/api", "/api/v1", "/api/v1/", "/api/v1/links//", "/api/v1/links/a/b", "/health//",
        "/docs/none", "/stats/", "//", "//docs", "/a/b/", "/abc/", "/abc+/", "//health/"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 404U) << path;
    EXPECT_EQ(answer.problem(), "not_found") << path;
  }
  EXPECT_EQ(api.get("/a/b").route, "none");
}

TEST(ApiService, TellsWhichMethodsAPathTakes) {
  ApiHarness api;
  const auto refused = [&](Method method, std::string_view path) {
    const Answer answer = api.send(method, path, kBody);
    EXPECT_EQ(answer.status, 405U) << path;
    EXPECT_EQ(answer.problem(), "method_not_allowed") << path;
    return answer.header("Allow");
  };
  EXPECT_EQ(refused(Method::get, "/shorten"), "POST, OPTIONS");
  EXPECT_EQ(refused(Method::head, "/shorten"), "POST, OPTIONS");
  EXPECT_EQ(refused(Method::put, "/api/v1/links"), "POST, GET, HEAD, OPTIONS");
  EXPECT_EQ(refused(Method::post, "/api/v1/links/abc"), "GET, HEAD, PATCH, DELETE, OPTIONS");
  api.given("abc");
  EXPECT_EQ(refused(Method::post, "/abc"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(refused(Method::delete_, "/abc+"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(refused(Method::post, "/"), "GET, HEAD, OPTIONS");
}

TEST(ApiService, ForgivesASlashBehindItsOwnPaths) {
  ApiHarness api;
  api.given("abc");
  for (const char* path : {"/api/v1/links", "/api/v1/links/abc", "/api/v1/links/abc/stats", "/api/v1/stats",
                           "/stats/abc", "/health", "/health/live", "/health/ready", "/metrics", "/docs",
                           "/docs/docs.js", "/openapi.json", "/robots.txt", "/favicon.ico"}) {
    const Answer plain = api.get(path);
    const Answer slashed = api.get(std::string{path} + '/');
    EXPECT_EQ(plain.status, 200U) << path;
    EXPECT_EQ(slashed.status, 200U) << path;
    EXPECT_EQ(slashed.content_type, plain.content_type) << path;
    EXPECT_EQ(slashed.route, plain.route) << path;
    EXPECT_EQ(api.send(Method::options, std::string{path} + '/').header("Allow"),
              api.send(Method::options, path).header("Allow"))
        << path;
    EXPECT_EQ(api.get(std::string{path} + "//").status, 404U) << path;
  }
  EXPECT_EQ(api.get("/api/v1/links/abc/").json()["code"], "abc");
  const Answer made = api.send(Method::post, "/shorten/", kBody,
                               [](Request& request) { request.content_type = "application/json"; });
  EXPECT_EQ(made.status, 201U);
  EXPECT_EQ(made.route, "/shorten");
  EXPECT_EQ(api.send(Method::patch, "/api/v1/links/abc/", R"({"title":"T"})").json()["title"], "T");
  EXPECT_EQ(api.send(Method::delete_, "/api/v1/links/abc/").status, 204U);
  const Answer refused = api.send(Method::put, "/api/v1/links/", kBody);
  EXPECT_EQ(refused.status, 405U);
  EXPECT_EQ(refused.header("Allow"), "POST, GET, HEAD, OPTIONS");
  EXPECT_EQ(api.get("/api/v1/links/none/").problem(), "not_found");
}

TEST(ApiService, CountsARefusedMethodToItsRoute) {
  ApiHarness api;
  EXPECT_EQ(api.send(Method::post, "/abc").route, "/{code}");
}

TEST(ApiService, RefusesMethodsThatNobodyKnows) {
  ApiHarness api;
  for (const char* path : {"/", "/abc+", "/docs", "/shorten", "/api/v1/links", "/a/b", "*"}) {
    const Answer answer = api.send(Method::other, path);
    EXPECT_EQ(answer.status, 501U) << path;
    EXPECT_EQ(answer.problem(), "not_implemented") << path;
  }
}

TEST(ApiService, AnswersHeadWhereGetIsAnswered) {
  ApiHarness api;
  for (const char* path : {"/", "/health", "/health/live", "/metrics", "/openapi.json", "/docs",
                           "/robots.txt", "/favicon.ico", "/api/v1/links"}) {
    EXPECT_EQ(api.send(Method::head, path).status, 200U) << path;
  }
}

TEST(ApiService, WantsJsonBodies) {
  ApiHarness api;
  const auto status_for = [&](std::string_view type) {
    return api
        .send(Method::post, "/shorten", kBody, [type](Request& request) { request.content_type = type; })
        .status;
  };
  for (const char* type :
       {"application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json ;charset=utf-8", "application/problem+json", "application/LD+JSON"}) {
    EXPECT_EQ(status_for(type), 201U) << type;
  }
  for (const char* type :
       {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/jsonp", "text/json-ish", "+json", "application/json, text/html"}) {
    EXPECT_EQ(status_for(type), 415U) << type;
  }
}

TEST(ApiService, RefusesAWrongTypeBeforeItReadsTheBody) {
  ApiHarness api;
  const Answer answer = api.send(Method::patch, "/api/v1/links/abc", "not json",
                                 [](Request& request) { request.content_type = "text/plain"; });
  EXPECT_EQ(answer.status, 415U);
  EXPECT_EQ(answer.problem(), "unsupported_media_type");
}

TEST(ApiService, WantsBodiesThatAreNotCompressed) {
  ApiHarness api;
  api.given("abc");
  const auto coded = [](std::string_view coding) {
    return [coding](Request& request) {
      request.content_type = "application/json";
      request.content_encoding = coding;
    };
  };
  for (const char* coding : {"", "identity", "Identity, ,"}) {
    EXPECT_EQ(api.send(Method::post, "/shorten", kBody, coded(coding)).status, 201U) << coding;
  }
  for (const char* coding : {"gzip", "br", "identity, deflate"}) {
    const std::pair<Method, const char*> takers[] = {{Method::post, "/shorten"},
                                                     {Method::post, "/api/v1/links"},
                                                     {Method::post, "/api/v1/links/disable"},
                                                     {Method::patch, "/api/v1/links/abc"},
                                                     {Method::post, "/api/v1/keys"},
                                                     {Method::post, "/api/v1/keys/0123456789Ab/rotate"}};
    for (const auto& [method, path] : takers) {
      const Answer answer = api.send(method, path, "\x1f\x8b", coded(coding));
      EXPECT_EQ(answer.status, 415U) << path;
      EXPECT_EQ(answer.problem(), "unsupported_media_type") << path;
      EXPECT_EQ(answer.header("Accept-Encoding"), "identity") << path;
      EXPECT_THAT(answer.body, HasSubstr("without the header Content-Encoding")) << path;
    }
    EXPECT_EQ(api.send(Method::get, "/abc", {}, coded(coding)).status, 302U) << "no body is read";
    EXPECT_EQ(api.send(Method::get, "/api/v1/links/abc", {}, coded(coding)).status, 200U);
  }
}

TEST(ApiService, TellsTheMethodsToOptions) {
  ApiHarness api;
  const Answer answer = api.send(Method::options, "/api/v1/links/abc");
  EXPECT_EQ(answer.status, 204U);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD, PATCH, DELETE, OPTIONS");
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(api.send(Method::options, "*").header("Allow"), "OPTIONS");
  EXPECT_EQ(api.send(Method::options, "*").status, 204U);
}

TEST(ApiService, TakesTheAsteriskForOptionsOnly) {
  ApiHarness api;
  const Answer answer = api.get("*");
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.problem(), "malformed_request");
}

TEST(ApiService, NamesEveryPathOnceForTheMetrics) {
  ApiHarness api;
  const Answer post = api.send(Method::post, "/api/v1/links", kBody);
  EXPECT_EQ(post.route, "/api/v1/links");
  EXPECT_EQ(api.get("/api/v1/links").route, post.route);
  EXPECT_EQ(api.get("/health/ready").route, "/health/ready");
}

TEST(ApiService, ManagesLinksUnderItsOwnNamesOnlyWhereOnlyThisMachineReachesIt) {
  ApiOptions options;
  options.loopback_only = true;
  ApiHarness api{options};
  api.given("abc");
  for (const char* host :
       {"localhost:8080", "127.0.0.1:8080", "[::1]", "LOCALHOST", "a.localhost", "sho.rt", "Sho.rt:443"}) {
    EXPECT_EQ(api.get("/api/v1/links", test::at_host(host)).status, 200U) << host;
  }
  for (const char* host : {"evil.example", "evil.example:8080", "localhost.evil.example", "notlocalhost",
                           "127.0.0.1.evil.example"}) {
    const Answer refused = api.create({{"url", "https://example.com/"}}, test::at_host(host));
    EXPECT_EQ(refused.status, 421U) << host;
    EXPECT_EQ(refused.problem(), "misdirected_request");
    EXPECT_EQ(api.get("/abc", test::at_host(host)).status, 302U) << "whoever has a link may follow it";
  }
}

/// A request of a script that came from this origin.
ApiHarness::Prepare from(std::string_view origin) {
  return [origin](Request& request) { request.origin = origin; };
}

/// The question that a browser asks first.
ApiHarness::Prepare preflight(std::string_view origin) {
  return [origin](Request& request) {
    request.origin = origin;
    request.requested_method = "POST";
    request.requested_headers = "content-type";
  };
}

ApiOptions for_origins(std::vector<std::string> origins) {
  ApiOptions options;
  options.cors_origins = std::move(origins);
  return options;
}

TEST(Cors, TellsAnAllowedOriginWhatItMaySend) {
  ApiHarness api{for_origins({"https://app.example"})};
  const Answer answer = api.send(Method::options, "/api/v1/links", {}, preflight("https://app.example"));
  EXPECT_EQ(answer.status, 204U);
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(answer.header("Access-Control-Allow-Methods"), "POST, GET, HEAD, OPTIONS");
  EXPECT_THAT(answer.header("Access-Control-Allow-Headers"), HasSubstr("Content-Type"));
  EXPECT_THAT(answer.header("Access-Control-Allow-Headers"), HasSubstr("Idempotency-Key"));
  EXPECT_THAT(answer.header("Access-Control-Allow-Headers"), HasSubstr("If-Match"));
  EXPECT_THAT(answer.header("Access-Control-Allow-Headers"), HasSubstr("X-Api-Key"));
  EXPECT_THAT(answer.header("Access-Control-Allow-Headers"), HasSubstr("Authorization"));
  EXPECT_EQ(answer.header("Vary"), "Origin");
}

TEST(Cors, LetsAnAllowedOriginSeeTheAnswerAndErrors) {
  ApiHarness api{for_origins({"https://app.example"})};
  for (const char* path : {"/api/v1/links", "/api/v1/links/none", "/no/such/path"}) {
    const Answer answer = api.get(path, from("https://app.example"));
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://app.example") << path;
    EXPECT_THAT(answer.header("Access-Control-Expose-Headers"), HasSubstr("ETag")) << path;
    EXPECT_EQ(answer.header("Access-Control-Allow-Methods"), "") << path;
  }
}

TEST(Cors, TellsAnyOtherOriginNothing) {
  ApiHarness api{for_origins({"https://app.example"})};
  for (const char* origin :
       {"https://evil.example", "https://app.example.evil", "http://app.example", "null"}) {
    const Answer asked = api.send(Method::options, "/api/v1/links", {}, preflight(origin));
    EXPECT_EQ(asked.status, 204U);
    EXPECT_THAT(asked.headers, Not(HasSubstr("Access-Control"))) << origin;
    EXPECT_EQ(asked.header("Vary"), "Origin");
    EXPECT_THAT(api.get("/api/v1/links", from(origin)).headers, Not(HasSubstr("Access-Control"))) << origin;
  }
}

TEST(Cors, TellsNobodyAnythingWhereNoOriginIsAllowed) {
  ApiHarness api;
  EXPECT_THAT(api.send(Method::options, "/shorten", {}, preflight("https://app.example")).headers,
              Not(HasSubstr("Access-Control")));
  EXPECT_THAT(api.get("/health/live", from("https://app.example")).headers, Not(HasSubstr("Access-Control")));
}

TEST(Cors, AllowsEveryOriginWithTheAsterisk) {
  ApiHarness api{for_origins({"*"})};
  const Answer answer = api.get("/api/v1/links", from("https://anything.example"));
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(answer.header("Vary"), "");
  EXPECT_EQ(api.get("/api/v1/links").header("Access-Control-Allow-Origin"), "*")
      << "a cache may give this answer to a script";
}

TEST(Cors, TellsCachesThatTheAnswerDependsOnTheOriginAlsoWhereNoneCame) {
  ApiHarness api{for_origins({"https://app.example"})};
  for (const char* path : {"/api/v1/links", "/robots.txt", "/none", "/no/such/path"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.header("Vary"), "Origin") << path;
    EXPECT_THAT(answer.headers, Not(HasSubstr("Access-Control"))) << path;
  }
  EXPECT_EQ(ApiHarness{}.get("/robots.txt").header("Vary"), "");
}

}  // namespace
}  // namespace curt::api
