#include <chrono>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/api/links/link_json.hpp"

namespace curt::api {
namespace {

constexpr Shown kShown{"https://sho.rt", nullptr};
constexpr Timestamp kNoon{std::chrono::milliseconds{1'795'348'800'000}};

std::string exported(const Link& link, std::string_view base_url,
                     const visits::VisitTotals& visits = {.humans = 3, .bots = 2, .imported = 4}) {
  std::string json;
  append_exported_json(json, link, base_url, visits);
  return json;
}

TEST(ToJson, ShowsEveryFieldInItsOrder) {
  LinkSettings settings;
  settings.redirect_status = RedirectStatus::permanent_redirect;
  settings.forward_query = true;
  settings.enabled = false;
  settings.not_before = kNoon;
  settings.expires_at = kNoon + std::chrono::milliseconds{3'600'500};
  settings.max_visits = 1'000'000'000'000;
  const Link link{ShortCode::from_valid("abc"),
                  TargetUrl::from_stored("https://example.com/?a=b"),
                  "\"T\" \xc3\xa4",
                  {"x", "y"},
                  settings,
                  kNoon,
                  kNoon,
                  4,
                  {},
                  3,
                  KeyId::from_valid("0123456789Ab")};
  EXPECT_EQ(exported(link, "https://sho.rt"),
            "{\"code\":\"abc\",\"short_url\":\"https://sho.rt/abc\",\"url\":\"https://example.com/?a=b\","
            "\"title\":\"\\\"T\\\" \xc3\xa4\",\"tags\":[\"x\",\"y\"],\"redirect_status\":308,"
            "\"forward_query\":true,\"created_at\":\"2026-11-22T12:00:00Z\","
            "\"updated_at\":\"2026-11-22T12:00:00Z\",\"not_before\":\"2026-11-22T12:00:00Z\","
            "\"expires_at\":\"2026-11-22T13:00:00.500Z\",\"max_visits\":1000000000000,\"enabled\":false,"
            "\"version\":4,\"owner\":\"0123456789Ab\",\"spent\":3,"
            "\"visits\":{\"humans\":3,\"bots\":2}}");
  const std::string answer = to_json(link, kShown, std::nullopt);
  EXPECT_EQ(answer.find("spent"), std::string::npos) << "only an export holds it";
}

TEST(ToJson, ShowsTheCodeAsItIsAndItsUrlAsAUrl) {
  const Link link{ShortCode::from_valid("été.v~2"),
                  TargetUrl::from_stored("https://example.com/"),
                  {},
                  {},
                  {},
                  kNoon,
                  kNoon,
                  1,
                  {},
                  0,
                  {}};
  EXPECT_TRUE(to_json(link, Shown{.base_url = "https://sho.rt"}, std::nullopt)
                  .starts_with(R"({"code":"été.v~2","short_url":"https://sho.rt/%C3%A9t%C3%A9.v~2",)"));
  EXPECT_EQ(short_url("https://sho.rt", ShortCode::from_valid("日本")), "https://sho.rt/%E6%97%A5%E6%9C%AC");
  EXPECT_EQ(short_url("https://sho.rt", ShortCode::from_valid("a-b_C.d~9")), "https://sho.rt/a-b_C.d~9");
}

TEST(ToJson, ShowsVisitsLastWhereItIsAskedFor) {
  const Link link{ShortCode::from_valid("abc"),
                  TargetUrl::from_stored("https://example.com/"),
                  {},
                  {},
                  {},
                  kNoon,
                  kNoon,
                  1,
                  {},
                  0,
                  {}};
  std::string without = exported(link, "https://sho.rt");
  without.erase(without.find(",\"visits\":"));
  without += R"(,"blocked":false,"warnings":[])";
  EXPECT_EQ(to_json(link, kShown, visits::VisitTotals{3, 2, 4}),
            without + R"(,"visits":{"total":5,"humans":3,"bots":2,"imported":4}})");
  EXPECT_EQ(to_json(link, kShown, std::nullopt), without + R"(,"visits":null})");
}

TEST(ToJson, ShowsWhatIsNotSetAsNull) {
  const Link link{ShortCode::from_valid("abc"),
                  TargetUrl::from_stored("https://example.com/"),
                  {},
                  {},
                  {},
                  kNoon,
                  kNoon,
                  1,
                  {},
                  0,
                  {}};
  const auto shown = nlohmann::json::parse(exported(link, "http://localhost:8080"));
  EXPECT_EQ(shown["title"], nullptr);
  EXPECT_EQ(shown["tags"], nlohmann::json::array());
  EXPECT_EQ(shown["not_before"], nullptr);
  EXPECT_EQ(shown["expires_at"], nullptr);
  EXPECT_EQ(shown["max_visits"], nullptr);
  EXPECT_EQ(shown["owner"], nullptr);
  EXPECT_FALSE(shown.contains("spent"));
  EXPECT_EQ(shown["redirect_status"], 302);
}

}  // namespace
}  // namespace curt::api
