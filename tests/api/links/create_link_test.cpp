#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/api/links/link_json.hpp"

#include "support/http/fake_store_api.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

using namespace std::chrono_literals;
using http::Method;
using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using test::metric_value;
using test::with_key;
using Fields = std::vector<std::string>;

TEST(CreateLink, ParsesALargeBodyOnAnotherThreadThanTheCores) {
  ApiHarness api;
  const std::string url = "https://example.com/" + std::string(8000, 'x');
  EXPECT_EQ(api.create({{"url", url}}).json().at("url"), url);
  EXPECT_EQ(api.create({{"url", url}, {"unknown", 1}}).blamed(), std::vector<std::string>{"unknown"});
  EXPECT_EQ(api.create({{"url", "https://example.com/"}}).status, 201U);
  EXPECT_EQ(metric_value(api.metrics, "curt_side_thread_work_seconds_count"), "2");
}

TEST(CreateLink, AnswersWithTheLinkAndItsPlace) {
  ApiHarness api;
  const Answer answer = api.create({{"url", "HTTPS://Example.com/a?b=c"}});
  ASSERT_EQ(answer.status, 201U) << answer.body;
  const json link = answer.json();
  const std::string code = link["code"];
  EXPECT_EQ(code.size(), 7U);
  EXPECT_EQ(link["url"], "https://example.com/a?b=c");
  EXPECT_EQ(link["short_url"], "https://sho.rt/" + code);
  EXPECT_EQ(link["redirect_status"], 302);
  EXPECT_EQ(link["created_at"], "2026-11-22T12:00:00Z");
  EXPECT_EQ(link["version"], 1);
  EXPECT_EQ(link["title"], nullptr);
  EXPECT_EQ(answer.header("Location"), "https://sho.rt/" + code);
  EXPECT_EQ(answer.header("ETag"), "\"1\"");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(answer.route, "/api/v1/links");
}

TEST(CreateLink, IsReachedByItsShortPathToo) {
  ApiHarness api;
  const Answer answer = api.send(Method::post, "/shorten", R"({"url":"https://example.com/"})",
                                 [](http::Request& request) { request.content_type = "application/json"; });
  EXPECT_EQ(answer.status, 201U);
  EXPECT_EQ(answer.route, "/shorten");
}

TEST(CreateLink, TakesTheWishedAliasOnce) {
  ApiHarness api;
  EXPECT_EQ(api.given("summer")["code"], "summer");
  const Answer again = api.create({{"url", "https://example.org/"}, {"alias", "summer"}});
  EXPECT_EQ(again.status, 409U);
  EXPECT_EQ(again.problem(), "alias_taken");
  EXPECT_EQ(api.get("/summer").header("Location"), "https://example.com/");
}

TEST(CreateLink, ShowsAllThatWasAskedFor) {
  ApiHarness api;
  const json link = api.given("summer", "https://example.com/",
                              {{"title", "Sale"},
                               {"tags", {"b", "a", "b"}},
                               {"redirect_status", 308},
                               {"forward_query", true},
                               {"enabled", false},
                               {"not_before", "2026-11-22T14:00:00+01:00"},
                               {"ttl", 7200}});
  EXPECT_EQ(link["title"], "Sale");
  EXPECT_EQ(link["tags"], (json{"a", "b"}));
  EXPECT_EQ(link["redirect_status"], 308);
  EXPECT_EQ(link["forward_query"], true);
  EXPECT_EQ(link["enabled"], false);
  EXPECT_EQ(link["not_before"], "2026-11-22T13:00:00Z");
  EXPECT_EQ(link["expires_at"], "2026-11-22T14:00:00Z");
  EXPECT_EQ(api.get("/api/v1/links/summer").json(), link);
}

TEST(CreateLink, NamesEveryFieldThatIsWrong) {
  ApiHarness api;
  const Answer shape = api.create({{"alias", 1}, {"colour", "red"}});
  EXPECT_EQ(shape.status, 422U);
  EXPECT_EQ(shape.problem(), "invalid_value");
  EXPECT_EQ(shape.blamed(), (Fields{"url", "alias", "colour"}));

  const Answer values = api.create({{"url", "ftp://example.com/"}, {"alias", "a b"}, {"ttl", 0}});
  EXPECT_EQ(values.status, 422U);
  EXPECT_EQ(values.blamed(), (Fields{"url", "alias", "ttl"}));
  EXPECT_EQ(values.json()["request_id"], ApiHarness::kRequestId);
}

TEST(CreateLink, RefusesAReservedAliasInAnyCase) {
  ApiHarness api;
  for (const char* alias : {"api", "Shorten", "HEALTH", "stats", "docs"}) {
    EXPECT_EQ(api.create({{"url", "https://example.com/"}, {"alias", alias}}).blamed(), Fields{"alias"})
        << alias;
  }
}

TEST(CreateLink, RefusesALinkToItself) {
  ApiHarness api;
  EXPECT_EQ(api.create({{"url", "https://SHO.rt/abc"}}).blamed(), Fields{"url"});
}

TEST(CreateLink, TakesMaxVisitsWithinItsBounds) {
  ApiHarness api;
  EXPECT_EQ(api.create({{"url", "https://example.com/"}, {"max_visits", 3}}).json()["max_visits"], 3);
  for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'000'000'000'001}}) {
    const Answer answer = api.create({{"url", "https://example.com/"}, {"max_visits", wrong}});
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.blamed(), Fields{"max_visits"});
  }
}

TEST(CreateLink, TakesAnIntegerInWhicheverWayJsonWritesIt) {
  ApiHarness api;
  const auto create = [&api](const std::string& ttl) {
    return api.send(Method::post, "/shorten", R"({"url":"https://example.com/","ttl":)" + ttl + "}");
  };
  const std::string expiry = create("3600").json()["expires_at"];
  for (const char* ttl : {"3600.0", "3600.000", "3.6e3", "36E+2"}) {
    EXPECT_EQ(create(ttl).json()["expires_at"], expiry) << ttl;
  }
  for (const char* ttl :
       {"3600.5", "1e300", "36e-1", "9223372036854775808", "9223372036854775808.0", "\"3600\""}) {
    EXPECT_EQ(create(ttl).status, 422U) << ttl;
    EXPECT_EQ(create(ttl).blamed(), Fields{"ttl"}) << ttl;
  }
  EXPECT_EQ(create("1e999").status, 400U);
}

TEST(CreateLink, RefusesABodyThatIsNoJson) {
  ApiHarness api;
  for (const char* body : {"", "{", "[]", R"({"url":1e999})", R"({"url":"a","url":"b"})"}) {
    const Answer answer = api.send(Method::post, "/shorten", body);
    EXPECT_EQ(answer.status, 400U) << body;
    EXPECT_EQ(answer.problem(), "malformed_json") << body;
  }
}

TEST(CreateLink, ReusesALinkOnRequest) {
  ApiHarness api;
  const json first = api.create({{"url", "https://example.com/"}}).json();
  const Answer reused = api.create({{"url", "https://EXAMPLE.com"}, {"reuse", true}});
  EXPECT_EQ(reused.status, 200U);
  EXPECT_EQ(reused.json(), first);
  EXPECT_EQ(reused.header("Location"), first["short_url"].get<std::string>());

  EXPECT_EQ(api.create({{"url", "https://example.com/"}}).status, 201U);
  EXPECT_EQ(api.create({{"url", "https://example.com/"}, {"reuse", true}, {"redirect_status", 301}}).status,
            201U);
  EXPECT_EQ(api.create({{"url", "https://example.org/"}, {"reuse", true}}).status, 201U);
}

TEST(CreateLink, AnswersARepeatedRequestWithItsFirstLink) {
  ApiHarness api;
  const json body{{"url", "https://example.com/"}};
  const Answer first = api.create(body, with_key("key-1"));
  const Answer again = api.create(body, with_key("key-1"));
  EXPECT_EQ(first.status, 201U);
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.json(), first.json());
  EXPECT_EQ(again.header("Location"), first.header("Location"));
  EXPECT_NE(api.create(body, with_key("key-2")).json()["code"], first.json()["code"]);
  EXPECT_EQ(api.get("/api/v1/links").json()["data"].size(), 2U);
}

TEST(CreateLink, AnswersARepeatedRequestForAnAliasWithItsFirstLink) {
  ApiHarness api;
  const json body{{"url", "https://example.com/"}, {"alias", "summer"}};
  EXPECT_EQ(api.create(body, with_key("key-1")).status, 201U);
  EXPECT_EQ(api.create(body, with_key("key-1")).status, 201U);
  EXPECT_EQ(api.create(body, with_key("key-2")).status, 409U);
}

TEST(CreateLink, RefusesAnotherBodyWithTheSameKey) {
  ApiHarness api;
  api.create({{"url", "https://example.com/"}}, with_key("key-1"));
  const Answer other = api.create({{"url", "https://example.org/"}}, with_key("key-1"));
  EXPECT_EQ(other.status, 422U);
  EXPECT_EQ(other.problem(), "idempotency_key_reused");
}

TEST(CreateLink, ForgetsAKeyAfterADay) {
  ApiHarness api;
  const json body{{"url", "https://example.com/"}};
  const std::string first = api.create(body, with_key("key-1")).json()["code"];
  api.clock.advance(24h - 1s);
  EXPECT_EQ(api.create(body, with_key("key-1")).json()["code"], first);
  api.clock.advance(2s);
  EXPECT_NE(api.create(body, with_key("key-1")).json()["code"], first);
}

TEST(CreateLink, RefusesAMalformedKey) {
  ApiHarness api;
  const std::string longest(255, 'k');
  const std::string longer(256, 'k');
  const json body{{"url", "https://example.com/"}};
  for (const std::string_view key :
       {std::string_view{"two words"}, std::string_view{"\xc3\xa4"}, std::string_view{longer}}) {
    EXPECT_EQ(api.create(body, with_key(key)).blamed(), Fields{"Idempotency-Key"}) << key;
  }
  EXPECT_EQ(api.create(body, with_key(longest)).status, 201U);
}

TEST(CreateLink, TellsOfAStoreThatIsAway) {
  for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::overloaded, ErrorCode::deadline_exceeded,
                               ErrorCode::outcome_unknown}) {
    test::FakeStoreApi api{code};
    const Answer answer = api.create({{"url", "https://example.com/"}});
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.problem(), name_of(code));
    EXPECT_THAT(answer.header("Retry-After"), testing::AnyOf("1", "2", "3"));
  }
}

TEST(CreateLink, TellsWhenNoCodeIsLeft) {
  test::FakeStoreApi api;
  api.store.take_every_code();
  EXPECT_EQ(api.create({{"url", "https://example.com/"}}).problem(), "out_of_codes");
}

}  // namespace
}  // namespace curt::api
