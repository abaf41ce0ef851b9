#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/http/keyed_api.hpp"

namespace curt::api {
namespace {

using http::Method;
using http::Request;
using nlohmann::json;
using test::Answer;
using test::by;
using test::KeyedApi;

constexpr std::string_view kAny = R"({"url":"https://example.com/"})";

/// Links "a" of the first key, which sees its own only, "b" of a second such key, and "c" of the admin's.
struct Owners : KeyedApi {
  explicit Owners(ApiOptions options = {}) : KeyedApi(std::move(options)) {
    EXPECT_EQ(make(first, R"({"url":"https://example.com/","alias":"a"})").status, 201U);
    EXPECT_EQ(make(second, R"({"url":"https://example.com/","alias":"b"})").status, 201U);
    EXPECT_EQ(make(admin, R"({"url":"https://example.com/","alias":"c"})").status, 201U);
  }

  std::vector<std::string> listed(const std::string& key, std::string_view query = "sort=code") {
    const Answer answer = get("/api/v1/links?" + std::string{query}, by(key));
    EXPECT_EQ(answer.status, 200U) << answer.body;
    std::vector<std::string> codes;
    const json page = answer.json();
    for (const json& link : page.at("data")) codes.push_back(link.at("code"));
    return codes;
  }

  const std::string first = key(all_but_admin(), true);
  const std::string second = key(all_but_admin(), true);
};

using Codes = std::vector<std::string>;

TEST(Owners, AreTheKeysThatMadeTheLinks) {
  Owners api;
  EXPECT_EQ(api.get("/api/v1/links/a", by(api.admin)).json()["owner"], KeyedApi::id_of(api.first));
  EXPECT_EQ(api.get("/api/v1/links/c", by(api.admin)).json()["owner"], KeyedApi::id_of(api.admin));
}

TEST(Owners, SeeAndChangeNothingOfOthersWhereTheirKeySaysSo) {
  Owners api;
  const json before = api.get("/api/v1/links/b", by(api.admin)).json();
  struct Asked {
    Method method;
    std::string path;
    std::string_view body;
  };
  const auto asked = [](const std::string& code) {
    return std::vector<Asked>{{Method::get, "/api/v1/links/" + code, ""},
                              {Method::patch, "/api/v1/links/" + code, R"({"title":"mine"})"},
                              {Method::get, "/api/v1/links/" + code + "/stats", ""},
                              {Method::get, "/stats/" + code, ""},
                              {Method::delete_, "/api/v1/links/" + code, ""},
                              {Method::post, "/api/v1/links/" + code + "/restore", ""}};
  };
  const std::vector<Asked> of_others = asked("b");
  const std::vector<Asked> of_nobody = asked("nothing");
  for (std::size_t i = 0; i < of_others.size(); ++i) {
    const Answer answer = api.send(of_others[i].method, of_others[i].path, of_others[i].body, by(api.first));
    const Answer unknown = api.send(of_nobody[i].method, of_nobody[i].path, of_nobody[i].body, by(api.first));
    EXPECT_EQ(answer.status, 404U) << of_others[i].path;
    const std::string detail = unknown.json().at("detail");
    EXPECT_EQ(answer.json().at("detail"), detail.substr(0, detail.find("nothing")) + "b")
        << "in the same words as where there is none";
  }
  EXPECT_EQ(api.get("/api/v1/links/b", by(api.admin)).json(), before);
  for (const Asked& own : asked("a")) {
    EXPECT_LT(api.send(own.method, own.path, own.body, by(api.first)).status, 300U) << own.path;
  }
  EXPECT_EQ(api.get("/b").status, 302U) << "visitors follow it all the same";
}

TEST(Owners, ListTheirOwnWhereTheirKeySaysSo) {
  Owners api;
  const std::string first = KeyedApi::id_of(api.first);
  EXPECT_EQ(api.listed(api.first), (Codes{"a"}));
  EXPECT_EQ(api.listed(api.first, "owner=" + first), (Codes{"a"}));
  EXPECT_EQ(api.listed(api.first, "owner=" + KeyedApi::id_of(api.second)), Codes{});
  EXPECT_EQ(api.listed(api.first, "owner=none"), Codes{});
  EXPECT_EQ(api.listed(api.admin), (Codes{"a", "b", "c"}));
  EXPECT_EQ(api.listed(api.admin, "owner=" + first), (Codes{"a"}));
  EXPECT_EQ(api.listed(api.admin, "owner=none"), Codes{});
  EXPECT_EQ(api.get("/api/v1/links?owner=x", by(api.admin)).blamed(), (Codes{"owner"}));
}

TEST(Owners, ReuseTheirOwnLinksOnly) {
  Owners api;
  const auto reused = [&](const std::string& key) {
    return api.make(key, R"({"url":"https://example.com/","reuse":true})").json()["code"];
  };
  EXPECT_EQ(reused(api.first), "a");
  EXPECT_EQ(reused(api.second), "b");
  EXPECT_EQ(reused(api.admin), "c");
}

TEST(Owners, HaveEachTheirOwnIdempotencyKeys) {
  Owners api;
  const auto created = [&](const std::string& key, std::string_view client) {
    return api
        .send(Method::post, "/shorten", kAny,
              [&](Request& request) {
                by(key)(request);
                test::with_key("k")(request);
                request.client = client;
              })
        .json()["code"]
        .get<std::string>();
  };
  const std::string first = created(api.first, "192.0.2.1");
  EXPECT_EQ(created(api.first, "192.0.2.2"), first) << "whatever address it is used from";
  EXPECT_NE(created(api.second, "192.0.2.1"), first);
}

/// The API where anybody may make links.
struct PublicShorten : KeyedApi {
  static ApiOptions options(bool aliases) {
    ApiOptions options;
    options.public_shorten = true;
    options.public_aliases = aliases;
    return options;
  }
  explicit PublicShorten(bool aliases = false) : KeyedApi(options(aliases)) {}
};

TEST(PublicShorten, MakesLinksOfNobody) {
  PublicShorten api;
  for (const char* path : {"/shorten", "/api/v1/links"}) {
    const Answer made = api.send(Method::post, path, kAny, [](Request& request) {
      request.fetch_site = http::FetchSite::other;
      request.forwarded = true;
    });
    EXPECT_EQ(made.status, 201U) << made.body;
    EXPECT_EQ(made.json()["owner"], nullptr);
    EXPECT_EQ(api.send(Method::post, path, kAny, by("garbage")).status, 401U);
    EXPECT_EQ(api.send(Method::post, path, kAny, by(api.key({"links:read"}))).status, 403U);
  }
}

TEST(PublicShorten, TakesNoAliasAndReusesNothing) {
  PublicShorten api;
  for (const char* body :
       {R"({"url":"https://example.com/","alias":"a"})", R"({"url":"https://example.com/","reuse":true})"}) {
    const Answer refused = api.create(json::parse(body));
    EXPECT_EQ(refused.status, 403U) << body;
    EXPECT_EQ(refused.problem(), "key_needed") << body;
    EXPECT_EQ(api.make(api.admin, body).status / 100, 2U) << "with a key it may";
  }
  EXPECT_EQ(api.create(json{{"url", "https://example.com/"}, {"reuse", false}}).status, 201U);
  PublicShorten open{true};
  EXPECT_EQ(open.create(json{{"url", "https://example.com/"}, {"alias", "a"}}).status, 201U);
}

TEST(PublicShorten, OpensNothingElse) {
  PublicShorten api;
  int refused = 0;
  for (const Route& route : routes()) {
    if (!route.scope || route.keyless == Keyless::if_opened) continue;
    std::string path{route.path};
    if (const auto place = path.find('{'); place != std::string::npos) {
      path.replace(place, path.find('}') + 1 - place, "abc");
    }
    EXPECT_EQ(api.send(route.method, path, "{}").status, 401U) << path;
    ++refused;
  }
  EXPECT_GT(refused, 10);
}

TEST(PublicShorten, DoesNotShowWhatOthersMadeOfALinkOnceItsRequestIsRepeated) {
  PublicShorten api;
  const auto repeat = [&] { return api.create(json::parse(kAny), test::with_key("k")); };
  const Answer made = repeat();
  ASSERT_EQ(made.status, 201U);
  const Answer again = repeat();
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.json()["code"], made.json()["code"]);
  EXPECT_EQ(again.json()["visits"], nullptr);
  const std::string code = made.json()["code"];
  ASSERT_EQ(
      api.send(Method::patch, "/api/v1/links/" + code, R"({"title":"moderated"})", by(api.admin)).status,
      200U);
  const Answer changed = repeat();
  EXPECT_EQ(changed.status, 403U);
  EXPECT_EQ(changed.problem(), "key_needed");
  EXPECT_EQ(changed.body.find("moderated"), std::string::npos);
}

TEST(PublicShorten, TellsIdempotencyKeysByTheClient) {
  PublicShorten api;
  const auto created = [&](std::string_view client) {
    return api
        .create(json::parse(kAny),
                [client](Request& request) {
                  test::with_key("k")(request);
                  request.client = client;
                })
        .json()["code"]
        .get<std::string>();
  };
  const std::string first = created("192.0.2.1");
  EXPECT_EQ(created("192.0.2.1"), first);
  EXPECT_NE(created("192.0.2.2"), first);
}

}  // namespace
}  // namespace curt::api
