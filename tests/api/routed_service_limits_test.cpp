#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/api/routed_service.hpp"

#include "support/fakes/fake_shared_limiter.hpp"
#include "support/http/api_harness.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

using http::Method;
using limits::Quotas;
using std::chrono::seconds;
using test::Answer;
using test::ApiHarness;

constexpr limits::Quota kTwo{2, seconds{60}};

ApiHarness::Prepare from(std::string_view client) {
  return [client](http::Request& request) { request.client = client; };
}

ApiHarness::Prepare both(ApiHarness::Prepare first, ApiHarness::Prepare second) {
  return [first = std::move(first), second = std::move(second)](http::Request& request) {
    first(request);
    second(request);
  };
}

/// The whole API with quotas.
struct Limited : ApiHarness {
  explicit Limited(const Quotas& quotas, ApiOptions options = {}, limits::SharedLimiter* shared = nullptr)
      : ApiHarness(std::move(options), nullptr, {quotas, shared}) {}
};

ApiOptions with_keys() {
  ApiOptions options;
  options.auth = Auth::keys;
  return options;
}

/// A request that the route takes.
struct Sample {
  Method method;
  std::string path;
  std::string body;
};

Sample sample_of(const Route& route) {
  std::string path{route.path};
  if (const auto place = path.find("{code}"); place != std::string::npos) path.replace(place, 6, "abc");
  if (const auto place = path.find("{id}"); place != std::string::npos)
    path.replace(place, 4, "2AbCdEfGhIjK");
  std::string body;
  if (route.body == Body::json) body = R"({"url":"https://example.com/","name":"x","scopes":["admin"]})";
  return {route.method, std::move(path), std::move(body)};
}

TEST(RoutedServiceLimits, ChargeEachRouteToWhatItsRowSays) {
  for (const Route& route : routes()) {
    const std::string where = fmt::format("{} {}", http::name_of(route.method), route.path);
    const auto [method, path, body] = sample_of(route);
    Limited api{{.create = {1, seconds{60}}, .api = {3, seconds{60}}, .redirect = {2, seconds{60}}}};
    unsigned answered = 0;
    Answer refused;
    for (int i = 0; i < 6; ++i) {
      Answer answer = api.send(method, path, body, from("192.0.2.1"));
      if (answer.status == 429) {
        refused = std::move(answer);
      } else {
        ++answered;
      }
    }
    const unsigned expected = route.charged == Charged::create    ? 1
                              : route.charged == Charged::api     ? 3
                              : route.charged == Charged::visitor ? 2
                                                                  : 6;
    EXPECT_EQ(answered, expected) << where;
    if (expected == 6) continue;
    EXPECT_EQ(refused.problem(), "rate_limited") << where;
    EXPECT_EQ(refused.statements, 0U) << where;
    EXPECT_NE(refused.header("Retry-After"), "") << where;
    EXPECT_NE(refused.header("RateLimit"), "") << where;
    EXPECT_NE(refused.header("RateLimit-Policy"), "") << where;
    EXPECT_EQ(api.send(method, path, body, from("192.0.2.2")).status == 429, false) << where;
  }
}

TEST(RoutedServiceLimits, TellEachAnswerOfTheApiWhatIsLeft) {
  Limited api{{.create = kTwo, .api = {10, seconds{60}}}};
  const Answer created = api.create({{"url", "https://example.com/"}}, from("192.0.2.1"));
  EXPECT_EQ(created.status, 201U);
  EXPECT_EQ(created.header("RateLimit-Policy"), R"("create";q=2;w=60, "api";q=10;w=60)");
  EXPECT_EQ(created.header("RateLimit"), R"("create";r=1;t=30, "api";r=9;t=6)");
  const Answer listed = api.get("/api/v1/links", from("192.0.2.1"));
  EXPECT_EQ(listed.header("RateLimit-Policy"), R"("api";q=10;w=60)");
  EXPECT_EQ(listed.header("RateLimit"), R"("api";r=8;t=6)");
  const Answer missing = api.get("/api/v1/links/nothing", from("192.0.2.1"));
  EXPECT_EQ(missing.status, 404U);
  EXPECT_EQ(missing.header("RateLimit"), R"("api";r=7;t=6)");
  EXPECT_EQ(api.get("/health", from("192.0.2.1")).header("RateLimit"), "");
}

TEST(RoutedServiceLimits, AddNothingWhereThereAreNone) {
  ApiHarness api;
  const Answer created = api.create({{"url", "https://example.com/"}});
  EXPECT_EQ(created.header("RateLimit-Policy"), "");
  EXPECT_EQ(created.header("RateLimit"), "");
}

TEST(RoutedServiceLimits, ChargeWhatIsLetInWhateverBecomesOfIt) {
  Limited api{{.create = {3, seconds{60}}}};
  EXPECT_EQ(api.create({{"url", "no URL"}}, from("192.0.2.1")).status, 422U);
  const auto with_client = both(from("192.0.2.1"), test::with_key("once"));
  const nlohmann::json link{{"url", "https://example.com/"}};
  const Answer first = api.create(link, with_client);
  const Answer again = api.create(link, with_client);
  EXPECT_EQ(first.status, 201U);
  EXPECT_EQ(again.json().at("code"), first.json().at("code"));
  EXPECT_EQ(api.create(link, with_client).status, 429U) << "a repeated one is charged too";
}

TEST(RoutedServiceLimits, ChargeNothingForWhatIsNotLetIn) {
  Limited api{{.create = kTwo, .api = kTwo}, with_keys()};
  const auto plain = [](http::Request& request) { request.content_type = "text/plain"; };
  const std::string reader = api.key({"links:read"});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(api.create({{"url", "https://example.com/"}}, from("192.0.2.1")).status, 401U);
    EXPECT_EQ(
        api.create({{"url", "https://example.com/"}}, both(from("192.0.2.1"), test::by("curt_x"))).status,
        401U);
    EXPECT_EQ(api.create({{"url", "https://example.com/"}}, test::by(reader)).status, 403U);
    EXPECT_EQ(api.send(Method::post, "/api/v1/links", "{}", both(test::by(reader), plain)).status, 403U);
    EXPECT_EQ(api.send(Method::put, "/api/v1/links", "", test::by(reader)).status, 405U);
  }
  EXPECT_EQ(api.get("/api/v1/links", test::by(reader)).header("RateLimit"), R"("api";r=1;t=30)");
}

TEST(RoutedServiceLimits, CountByKeyAndNotByTheAddressItIsUsedFrom) {
  Limited api{{.api = kTwo}, with_keys()};
  const std::string one = api.key({"links:read"});
  const std::string other = api.key({"links:read"});
  EXPECT_EQ(api.get("/api/v1/links", both(test::by(one), from("192.0.2.1"))).status, 200U);
  EXPECT_EQ(api.get("/api/v1/links", both(test::by(one), from("192.0.2.2"))).status, 200U);
  const Answer refused = api.get("/api/v1/links", both(test::by(one), from("192.0.2.3")));
  EXPECT_EQ(refused.status, 429U);
  EXPECT_EQ(refused.key, one.substr(5, 12)) << "the log knows whose it was";
  EXPECT_EQ(api.get("/api/v1/links", both(test::by(other), from("192.0.2.1"))).status, 200U);
}

TEST(RoutedServiceLimits, CountAnIpv6SubscriberAsOneClient) {
  Limited api{{.api = kTwo}};
  EXPECT_EQ(api.get("/api/v1/links", from("2001:db8:1:2::1")).status, 200U);
  EXPECT_EQ(api.get("/api/v1/links", from("2001:db8:1:2::2")).status, 200U);
  EXPECT_EQ(api.get("/api/v1/links", from("2001:db8:1:2:ffff::3")).status, 429U);
  EXPECT_EQ(api.get("/api/v1/links", from("2001:db8:1:3::1")).status, 200U);
}

TEST(RoutedServiceLimits, GiveTheQuotaBackEvenly) {
  Limited api{{.api = kTwo}};
  EXPECT_EQ(api.get("/api/v1/links").status, 200U);
  EXPECT_EQ(api.get("/api/v1/links").status, 200U);
  const Answer refused = api.get("/api/v1/links");
  EXPECT_EQ(refused.header("Retry-After"), "30");
  EXPECT_EQ(refused.header("RateLimit"), R"("api";r=0;t=30)");
  EXPECT_EQ(refused.json().at("detail"),
            "The budget api is used up: 2 requests of the API in 1m are let in. Try again in 30 s.");
  api.clock.advance(seconds{30});
  EXPECT_EQ(api.get("/api/v1/links").status, 200U);
  EXPECT_EQ(api.get("/api/v1/links").status, 429U);
}

TEST(RoutedServiceLimits, GoOnInTheProcessWhereNobodyElseCounts) {
  test::ManualClock clock{ApiHarness::kStart};
  test::FakeSharedLimiter shared{clock};
  Limited api{{.api = kTwo}, {}, &shared};
  EXPECT_EQ(api.get("/api/v1/links").status, 200U);
  EXPECT_EQ(api.get("/api/v1/links").status, 200U);
  EXPECT_EQ(api.get("/api/v1/links").status, 429U);
  shared.fail_with("redis does not answer in time");
  EXPECT_EQ(api.get("/api/v1/links").status, 200U);
  EXPECT_EQ(api.get("/api/v1/links").status, 200U);
  EXPECT_EQ(api.get("/api/v1/links").status, 429U);
}

TEST(RoutedServiceLimits, ShowTheirHeadersToPagesThatMayAsk) {
  ApiOptions options;
  options.cors_origins = {"https://app.example.com"};
  Limited api{{.api = kTwo}, options};
  const auto page = [](http::Request& request) { request.origin = "https://app.example.com"; };
  const std::string exposed = api.get("/api/v1/links", page).header("Access-Control-Expose-Headers");
  for (const char* name : {"RateLimit,", "RateLimit-Policy,", "Retry-After,"}) {
    EXPECT_NE(exposed.find(name), std::string::npos) << name << " in " << exposed;
  }
}

TEST(RoutedServiceLimits, JudgeNoKeyOfAClientWithTooManyBadOnes) {
  Limited api{{.failed_keys = kTwo}, with_keys()};
  const std::string good = api.key({"links:read"});
  const auto ask = [&](std::string_view key, std::string_view client,
                       std::string_view path = "/api/v1/links") {
    return api.get(path, both(test::by(key), from(client)));
  };
  EXPECT_EQ(ask(good, "192.0.2.1").status, 200U);
  EXPECT_EQ(ask("curt_wrong", "192.0.2.1").status, 401U);
  EXPECT_EQ(ask("", "192.0.2.1", "/abc").status, 401U) << "an empty one, where none is needed";
  const Answer refused = ask("curt_wrong", "192.0.2.1");
  EXPECT_EQ(refused.status, 429U);
  EXPECT_EQ(refused.problem(), "rate_limited");
  EXPECT_EQ(refused.header("Retry-After"), "30");
  EXPECT_EQ(refused.header("RateLimit"), R"("failed_keys";r=0;t=30)");
  EXPECT_EQ(refused.header("WWW-Authenticate"), "") << "nothing is said of the key";
  EXPECT_EQ(ask(good, "192.0.2.1").status, 429U) << "a good one looks like a bad one until then";
  EXPECT_EQ(ask(good, "192.0.2.1", "/abc").status, 429U);
  EXPECT_EQ(ask(good, "192.0.2.2").status, 200U);
  EXPECT_EQ(api.get("/abc", from("192.0.2.1")).status, 404U) << "without a key it goes on";
  EXPECT_EQ(api.get("/api/v1/links", from("192.0.2.1")).status, 401U);
  api.clock.advance(seconds{30});
  EXPECT_EQ(ask(good, "192.0.2.1").status, 200U);
  EXPECT_EQ(ask("curt_wrong", "192.0.2.1").status, 401U);
  EXPECT_EQ(ask(good, "192.0.2.1").status, 429U);
}

TEST(RoutedServiceLimits, ChargeOnlyKeysThatAreNotGoodToFailedKeys) {
  Limited api{{.failed_keys = kTwo}, with_keys()};
  const std::string reader = api.key({"links:read"});
  const auto basic = [](http::Request& request) {
    request.authorization = "Basic dTpw";
    request.authorizations = 1;
  };
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(api.create({{"url", "https://example.com/"}}, test::by(reader)).status, 403U);
    EXPECT_EQ(api.get("/api/v1/links").status, 401U);
    EXPECT_EQ(api.get("/api/v1/links", basic).status, 401U) << "that shows no key";
  }
  EXPECT_EQ(api.get("/api/v1/links", test::by(reader)).status, 200U);
}

TEST(RoutedServiceLimits, AnswerAVisitorWhoAsksTooOftenAtOnce) {
  Limited api{{.redirect = kTwo}};
  api.given("abc");
  EXPECT_EQ(api.get("/abc", from("192.0.2.1")).status, 302U);
  EXPECT_EQ(api.send(Method::head, "/abc", "", from("192.0.2.1")).status, 302U);
  const Answer refused = api.get("/abc", from("192.0.2.1"));
  EXPECT_EQ(refused.status, 429U);
  EXPECT_FALSE(refused.waited);
  EXPECT_EQ(refused.visited_version, 0);
  EXPECT_EQ(refused.header("Location"), "");
  EXPECT_EQ(refused.header("Retry-After"), "30");
  EXPECT_EQ(refused.header("RateLimit"), R"("redirect";r=0;t=30)");
  EXPECT_EQ(api.get("/abc", from("192.0.2.2")).status, 302U);
  EXPECT_EQ(api.get("/abc+", from("192.0.2.1")).status, 429U);
  const Answer redirect = api.get("/abc", from("192.0.2.3"));
  EXPECT_EQ(redirect.header("RateLimit"), "") << "a client might wait before it follows";
}

TEST(RoutedServiceLimits, ShowABrowserAPage) {
  Limited api{{.redirect = {1, seconds{60}}}};
  EXPECT_EQ(api.get_page("/abc").status, 404U);
  const Answer page = api.get_page("/abc");
  EXPECT_EQ(page.status, 429U);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_NE(page.body.find("Too many requests"), std::string::npos);
  EXPECT_NE(page.body.find("Try again in 60 s."), std::string::npos);
  EXPECT_EQ(page.header("Retry-After"), "60");
}

}  // namespace
}  // namespace curt::api
