#include "curt/api/routes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace curt::api {
namespace {

struct MatchRow {
  std::string_view route;
  std::string_view path;
  std::optional<std::string_view> code;
};

TEST(Match, FindsTheCodeInThePath) {
  const MatchRow rows[] = {
      {"/health", "/health", ""},
      {"/health", "/health/", ""},
      {"/health", "/health//", std::nullopt},
      {"/health", "//health", std::nullopt},
      {"/health", "/health/x", std::nullopt},
      {"/health", "/healt", std::nullopt},
      {"/health", "/Health", std::nullopt},
      {"/health", "", std::nullopt},
      {"/", "/", ""},
      {"/", "//", std::nullopt},
      {"/{code}", "/abc", "abc"},
      {"/{code}", "/a", "a"},
      {"/{code}", "/a%2Fb", "a%2Fb"},
      {"/{code}", "/", std::nullopt},
      {"/{code}", "", std::nullopt},
      {"/{code}", "/abc/", std::nullopt},
      {"/{code}", "//", std::nullopt},
      {"/{code}", "/a/b", std::nullopt},
      {"/{code}", "abc", std::nullopt},
      {"/{code}+", "/abc+", "abc"},
      {"/{code}+", "/abc++", "abc+"},
      {"/{code}+", "/abc", std::nullopt},
      {"/{code}+", "/+", std::nullopt},
      {"/{code}+", "/a/b+", std::nullopt},
      {"/{code}+", "/abc+/", std::nullopt},
      {"/api/v1/links", "/api/v1/links/", ""},
      {"/api/v1/links", "/api/v1/links//", std::nullopt},
      {"/api/v1/links/{code}", "/api/v1/links/abc/", "abc"},
      {"/api/v1/links/{code}", "/api/v1/links/abc//", std::nullopt},
      {"/api/v1/links/{code}", "/api/v1/links//", std::nullopt},
      {"/api/v1/links/{code}", "/api/v1/links///", std::nullopt},
      {"/api/v1/links/{code}", "/api/v1/links/abc%2F", "abc%2F"},
      {"/api/v1/links/{code}/stats", "/api/v1/links/abc/stats/", "abc"},
      {"/api/v1/links/{code}/stats", "/api/v1/links//stats/", std::nullopt},
      {"/stats/{code}", "/stats/abc/", "abc"},
      {"/stats/{code}", "/stats//", std::nullopt},
      {"/api/v1/links/{code}", "/api/v1/links/abc", "abc"},
      {"/api/v1/links/{code}", "/api/v1/links/", std::nullopt},
      {"/api/v1/links/{code}", "/api/v1/links", std::nullopt},
      {"/api/v1/links/{code}", "/api/v1/links/abc/def", std::nullopt},
      {"/api/v1/links/{code}", "/api/v2/links/abc", std::nullopt},
      {"/api/v1/links/{code}/stats", "/api/v1/links/abc/stats", "abc"},
      {"/api/v1/links/{code}/stats", "/api/v1/links//stats", std::nullopt},
      {"/api/v1/links/{code}/stats", "/api/v1/links/a/b/stats", std::nullopt},
      {"/api/v1/links/{code}/restore", "/api/v1/links/restore/restore", "restore"},
      {"/stats/{code}", "/stats/abc", "abc"},
      {"/api/v1/keys/{id}", "/api/v1/keys/abc", "abc"},
      {"/api/v1/keys/{id}", "/api/v1/keys/abc/rotate", std::nullopt},
      {"/api/v1/keys/{id}/rotate", "/api/v1/keys/abc/rotate", "abc"},
      {"/stats/{code}", "/stats/", std::nullopt},
      {"/stats/{code}", "/stats", std::nullopt},
  };
  for (const MatchRow& row : rows) {
    EXPECT_EQ(match(row.route, row.path), row.code) << row.route << " and " << row.path;
  }
}

TEST(Routes, EndWithTheRedirect) {
  EXPECT_EQ(routes().back().path, "/{code}");
  EXPECT_EQ(routes().back().method, http::Method::get);
}

TEST(Routes, AllHaveAHandler) {
  for (const Route& route : routes())
    EXPECT_TRUE(route.now != nullptr || route.later != nullptr) << route.path;
}

TEST(Routes, AnswerAMethodOfAPathOnce) {
  std::set<std::pair<http::Method, std::string_view>> seen;
  for (const Route& route : routes()) {
    EXPECT_TRUE(seen.emplace(route.method, route.path).second) << route.path;
  }
}

TEST(Routes, LeaveHeadAndOptionsToTheService) {
  for (const Route& route : routes()) {
    EXPECT_NE(route.method, http::Method::head) << route.path;
    EXPECT_NE(route.method, http::Method::options) << route.path;
    EXPECT_NE(route.method, http::Method::other) << route.path;
  }
}

TEST(Routes, TakeAJsonBodyWhereTheMethodHasOne) {
  for (const Route& route : routes()) {
    if (route.path.ends_with("/restore")) {
      EXPECT_EQ(route.body, Body::none) << "there is nothing to say";
      continue;
    }
    const bool has_body = route.method == http::Method::post || route.method == http::Method::patch;
    EXPECT_EQ(route.body == Body::json, has_body) << route.path;
  }
}

TEST(Routes, NeedTheScopeThatEachIsMeantToNeed) {
  std::map<std::string, std::string> scopes;
  for (const Route& route : routes()) {
    if (!route.scope) continue;
    scopes.emplace(fmt::format("{} {}", http::name_of(route.method), route.path),
                   access::name_of(*route.scope));
  }
  EXPECT_EQ(scopes, (std::map<std::string, std::string>{
                        {"POST /shorten", "links:write"},
                        {"POST /api/v1/links", "links:write"},
                        {"GET /api/v1/links", "links:read"},
                        {"GET /api/v1/links/{code}", "links:read"},
                        {"POST /api/v1/links/disable", "admin"},
                        {"PATCH /api/v1/links/{code}", "links:write"},
                        {"DELETE /api/v1/links/{code}", "links:write"},
                        {"POST /api/v1/links/{code}/restore", "links:write"},
                        {"GET /api/v1/links/{code}/stats", "stats:read"},
                        {"GET /api/v1/stats", "stats:read"},
                        {"GET /stats/{code}", "stats:read"},
                        {"POST /api/v1/keys", "admin"},
                        {"GET /api/v1/keys", "admin"},
                        {"GET /api/v1/keys/{id}", "admin"},
                        {"DELETE /api/v1/keys/{id}", "admin"},
                        {"POST /api/v1/keys/{id}/rotate", "admin"},
                        {"GET /metrics", "metrics:read"},
                    }));
  for (const Route& route : metrics_routes()) EXPECT_FALSE(route.scope) << route.path;
  for (const WorkerRoute& route : worker_routes()) EXPECT_FALSE(route.scope) << route.path;
}

TEST(Routes, AreChargedToWhatEachIsMeantToBe) {
  std::map<std::string, Charged> charged;
  for (const Route& route : routes()) {
    if (route.charged == Charged::nothing) continue;
    charged.emplace(fmt::format("{} {}", http::name_of(route.method), route.path), route.charged);
  }
  EXPECT_EQ(charged, (std::map<std::string, Charged>{
                         {"POST /shorten", Charged::create},
                         {"POST /api/v1/links", Charged::create},
                         {"GET /api/v1/links", Charged::api},
                         {"POST /api/v1/links/disable", Charged::api},
                         {"GET /api/v1/links/{code}", Charged::api},
                         {"PATCH /api/v1/links/{code}", Charged::api},
                         {"DELETE /api/v1/links/{code}", Charged::api},
                         {"POST /api/v1/links/{code}/restore", Charged::api},
                         {"GET /api/v1/links/{code}/stats", Charged::api},
                         {"GET /api/v1/stats", Charged::api},
                         {"GET /stats/{code}", Charged::api},
                         {"POST /api/v1/keys", Charged::api},
                         {"GET /api/v1/keys", Charged::api},
                         {"GET /api/v1/keys/{id}", Charged::api},
                         {"DELETE /api/v1/keys/{id}", Charged::api},
                         {"POST /api/v1/keys/{id}/rotate", Charged::api},
                         {"GET /{code}+", Charged::visitor},
                         {"GET /{code}", Charged::visitor},
                     }));
  for (const Route& route : metrics_routes()) EXPECT_EQ(route.charged, Charged::nothing) << route.path;
  for (const WorkerRoute& route : worker_routes()) EXPECT_EQ(route.charged, Charged::nothing) << route.path;
}

TEST(Routes, AreOpenedToThoseWithoutAKeyForCreatesOnly) {
  for (const Route& route : routes()) {
    const bool creates =
        route.path == "/shorten" || (route.path == "/api/v1/links" && route.body == Body::json);
    EXPECT_EQ(route.keyless == Keyless::if_opened, creates) << route.path;
  }
}

TEST(Routes, AreNotHiddenByOnesBeforeThem) {
  for (const Route& route : routes()) {
    std::string path{route.path};
    for (const std::string_view name : {"{code}", "{id}"}) {
      if (const auto place = path.find(name); place != std::string::npos)
        path.replace(place, name.size(), "abc");
    }
    const auto serving = std::find_if(routes().begin(), routes().end(), [&](const Route& other) {
      return match(other.path, path).has_value();
    });
    ASSERT_NE(serving, routes().end());
    EXPECT_EQ(serving->path, route.path);
  }
}

TEST(ReservedWords, HoldTheFirstSegmentOfEveryRoute) {
  const auto words = reserved_words();
  const std::set<std::string_view> reserved{words.begin(), words.end()};
  for (const Route& route : routes()) {
    const std::string_view path = route.path.substr(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment.empty() || segment.starts_with("{code}")) continue;
    EXPECT_TRUE(reserved.contains(segment)) << segment;
  }
  for (const char* word : {"api", "shorten", "health", "metrics", "docs", "stats"}) {
    EXPECT_TRUE(reserved.contains(word)) << word;
  }
}

TEST(ReservedWords, HoldWhatComingReleasesWillUse) {
  const auto words = reserved_words();
  const std::set<std::string_view> reserved{words.begin(), words.end()};
  for (const char* word :
       {"admin",          "api",        "app",      "assets",       "auth",    "docs",
        "health",         "import",     "jobs",     "keys",         "live",    "login",
        "logout",         "metrics",    "oauth",    "openapi.json", "qr",      "rest",
        "robots.txt",     "session",    "sessions", "settings",     "shorten", "sitemap.xml",
        "static",         "stats",      "status",   "ui",           "version", "webhooks",
        "yourls-api.php", ".well-known"}) {
    EXPECT_TRUE(reserved.contains(word)) << word;
  }
}

TEST(HiddenCodes, AreThoseWhosePathARouteHas) {
  std::set<std::string> hidden;
  for (const ShortCode& code : hidden_codes()) hidden.emplace(code.view());
  EXPECT_EQ(hidden, (std::set<std::string>{"docs", "favicon.ico", "health", "metrics", "openapi.json",
                                           "robots.txt", "shorten"}));
}

TEST(ReservedWords, HoldNothingThatIsNoWord) {
  for (const std::string& word : reserved_words()) {
    EXPECT_FALSE(word.empty());
    EXPECT_EQ(word.find_first_of("{}/"), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace curt::api
