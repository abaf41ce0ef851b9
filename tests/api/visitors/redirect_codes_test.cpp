// Redirects by codes of other software.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using http::Method;
using test::Answer;
using test::ApiHarness;
using testing::HasSubstr;

TEST(RedirectByACodeOfOtherSoftware, LeadsThereHoweverThePathIsWritten) {
  ApiHarness api;
  api.given_from_elsewhere("été", "https://example.com/summer");
  for (const char* path : {"/été", "/%C3%A9t%C3%A9", "/%c3%a9t%c3%a9", "/%C3%A9té", "/\xc3%A9%74\xc3%a9"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 302U) << path;
    EXPECT_EQ(answer.header("Location"), "https://example.com/summer") << path;
    EXPECT_EQ(answer.route, "/{code}") << path;
    EXPECT_EQ(answer.visited_version, 1) << path;
  }
}

TEST(RedirectByACodeOfOtherSoftware, TakesEveryNormalizationForm) {
  ApiHarness api;
  api.given_from_elsewhere("été");
  api.given_from_elsewhere("한국");
  for (const char* path : {"/e\u0301te\u0301", "/e%CC%81te%CC%81", "/\u1112\u1161\u11AB\u1100\u116E\u11A8"}) {
    EXPECT_EQ(api.get(path).status, 302U) << path;
  }
}

TEST(RedirectByACodeOfOtherSoftware, TakesCodesOfEveryScript) {
  ApiHarness api;
  for (const std::string code : {"a.b", "v1.2", "~x", ".hidden", "index.html", "Ελλάδα", "日本", "кампания",
                                 "नमस्ते", "سلام", "кампания-2026"}) {
    api.given_from_elsewhere(code, "https://example.com/" + std::string{code.begin(), code.begin() + 1});
    EXPECT_EQ(api.get("/" + code).status, 302U) << code;
  }
}

TEST(RedirectByACodeOfOtherSoftware, MindsTheCase) {
  ApiHarness api;
  api.given_from_elsewhere("Été");
  EXPECT_EQ(api.get("/Été").status, 302U);
  EXPECT_EQ(api.get("/été").status, 404U);
}

TEST(RedirectByACodeOfOtherSoftware, AnswersWithoutWaitingFromTheSecondTimeOn) {
  ApiHarness api;
  api.given_from_elsewhere("日本");
  EXPECT_TRUE(api.get("/日本").waited);
  EXPECT_FALSE(api.get("/%E6%97%A5%E6%9C%AC").waited);
}

TEST(RedirectByACodeOfOtherSoftware, KnowsNoLinkWhereTheTextIsNoCode) {
  ApiHarness api;
  for (const char* path :
       {"/\xff", "/%FF", "/%C3", "/\xc3", "/%C0%AE%C0%AE", "/%E0%80%AF", "/%ED%A0%80", "/a%00b", "/.", "/..",
        "/%2e%2e", "/%2E", "/...", "/\u0301", "/%F0%9F%94%A5", "/a%2Fb", "/é%2Ft%C3"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 404U) << path;
    EXPECT_EQ(answer.problem(), "not_found") << path;
    EXPECT_FALSE(answer.waited) << path << " is not looked up";
  }
}

TEST(RedirectByACodeOfOtherSoftware, NeverTakesTheServicesOwnPaths) {
  ApiHarness api;
  for (const char* path : {"/robots.txt", "/favicon.ico", "/openapi.json", "/docs", "/health", "/metrics"}) {
    EXPECT_EQ(api.get(path).route, path);
  }
  for (const char* path : {"/sitemap.xml", "/.well-known", "/yourls-api.php"}) {
    EXPECT_EQ(api.get(path).route, "/{code}") << "no route yet, and no link can have it";
    EXPECT_EQ(api.get(path).status, 404U) << path;
  }
}

TEST(PreviewByACodeOfOtherSoftware, ShowsTheCodeAndItsUrl) {
  ApiHarness api;
  api.given_from_elsewhere("été", "https://example.com/");
  for (const char* path : {"/été+", "/%C3%A9t%C3%A9+", "/e\u0301te\u0301+"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 200U) << path;
    EXPECT_EQ(answer.route, "/{code}+") << path;
    EXPECT_EQ(answer.json()["code"], "été");
    EXPECT_EQ(answer.json()["short_url"], "https://sho.rt/%C3%A9t%C3%A9");
  }
  EXPECT_THAT(api.get_page("/été+").body, HasSubstr("https://sho.rt/%C3%A9t%C3%A9"));
}

TEST(LinksWithACodeOfOtherSoftware, AreReadEditedAndDeletedByIt) {
  ApiHarness api;
  api.given_from_elsewhere("кампания", "https://example.com/1");
  const Answer read = api.get("/api/v1/links/кампания");
  EXPECT_EQ(read.status, 200U);
  EXPECT_EQ(read.json()["code"], "кампания");
  EXPECT_EQ(api.get("/api/v1/links/%D0%BA%D0%B0%D0%BC%D0%BF%D0%B0%D0%BD%D0%B8%D1%8F").status, 200U);
  EXPECT_EQ(api.edit("кампания", {{"url", "https://example.com/2"}}).status, 200U);
  EXPECT_EQ(api.get("/кампания").header("Location"), "https://example.com/2");
  EXPECT_EQ(api.get("/stats/кампания").json()["code"], "кампания");
  EXPECT_EQ(api.get("/api/v1/links/кампания/stats").json()["code"], "кампания");
  EXPECT_EQ(api.remove("кампания").status, 204U);
  EXPECT_EQ(api.get("/кампания").status, 410U);
}

TEST(LinksWithACodeOfOtherSoftware, AreListedFoundAndDisabled) {
  ApiHarness api;
  for (const char* code : {"été", "a.b", "日本", "abc"}) api.given_from_elsewhere(code);
  std::vector<std::string> listed;
  std::string cursor;
  for (int page = 0; page < 5; ++page) {
    const nlohmann::json answer = api.get("/api/v1/links?sort=code&limit=1&cursor=" + cursor).json();
    for (const auto& link : answer["data"]) listed.push_back(link["code"]);
    if (answer["next_cursor"].is_null()) break;
    cursor = answer["next_cursor"];
  }
  EXPECT_EQ(listed, (std::vector<std::string>{"a.b", "abc", "été", "日本"}));
  EXPECT_EQ(api.get("/api/v1/links?query=%C3%A9t").json()["data"].size(), 1U);

  const nlohmann::json request{{"codes", {"日本", "e\u0301te\u0301"}}, {"confirm", 2}};
  EXPECT_EQ(api.send(Method::post, "/api/v1/links/disable", request.dump()).json()["disabled"], 2);
  EXPECT_EQ(api.get("/日本").status, 410U);
  EXPECT_EQ(api.get("/été").status, 410U);
  EXPECT_EQ(api.get("/abc").status, 302U);
}

TEST(LinksWithACodeOfOtherSoftware, AreNotMadeHere) {
  ApiHarness api;
  for (const char* alias : {"été", "a.b", "~x"}) {
    const Answer answer = api.create({{"url", "https://example.com/"}, {"alias", alias}});
    EXPECT_EQ(answer.status, 422U) << alias;
    EXPECT_EQ(answer.blamed(), std::vector<std::string>{"alias"}) << alias;
  }
}

TEST(LinksWithACodeOfOtherSoftware, AreTheAnswerToACreateThatReusesThem) {
  ApiHarness api;
  api.given_from_elsewhere("été", "https://example.com/again");
  const Answer answer = api.create({{"url", "https://example.com/again"}, {"reuse", true}});
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json()["code"], "été");
  EXPECT_EQ(answer.header("Location"), "https://sho.rt/%C3%A9t%C3%A9") << "a header is of ASCII";
}

}  // namespace
}  // namespace curt::api
