#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/api/api_service.hpp"
#include "curt/api/routed_service.hpp"

#include "support/http/keyed_api.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

using http::Method;
using http::Request;
using nlohmann::json;
using std::chrono::hours;
using test::Answer;
using test::ApiHarness;
using test::by;

/// The API where keys are asked for, with a link "abc" of the admin's, and keys of all kinds.
struct Walked : test::KeyedApi {
  Walked() {
    EXPECT_EQ(make(admin, R"({"url":"https://example.com/","alias":"abc"})").status, 201U);
    EXPECT_EQ(make(admin, R"({"url":"https://example.com/","alias":"gone"})").status, 201U);
    EXPECT_EQ(remove("gone", by(admin)).status, 204U);
    EXPECT_EQ(as_admin(Method::delete_, "/api/v1/keys/" + id_of(revoked)).status, 204U);
    wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
    access::Key late = *key_store.key(KeyId::from_valid(id_of(expired)));
    late.expires_at = clock.now() - hours{1};
    key_store.put(late);
    keys.merge({*key_store.key(late.id)});
  }

  const std::string good = key(all_but_admin());
  const std::string own = key(all_but_admin(), true);
  const std::string revoked = key(all_but_admin());
  const std::string expired = key(all_but_admin());
  std::string wrong = good;  ///< the id of a good one with another secret
  const std::string garbage = "garbage";
};

std::string id_of(std::string_view key) { return Walked::id_of(key); }

/// A path that the row serves: that of the link "abc", of the deleted link "gone", or of a key.
std::string path_of(const Route& row, const std::string& id) {
  std::string path{row.path.ends_with("/restore") ? "/api/v1/links/gone/restore" : row.path};
  if (const auto place = path.find("{code}"); place != std::string::npos) path.replace(place, 6, "abc");
  if (const auto place = path.find("{id}"); place != std::string::npos) path.replace(place, 4, id);
  return path;
}

std::string_view body_of(Method method, std::string_view path) {
  if (method != Method::post && method != Method::patch) return {};
  if (path.ends_with("/rotate")) return "{}";
  if (path.ends_with("/disable")) return R"({"host":"example.com"})";
  if (path.ends_with("/keys")) return R"({"name":"n","scopes":["links:read"]})";
  return R"({"url":"https://example.com/other"})";
}

constexpr std::string_view kMissing = R"(Bearer realm="curt")";
constexpr std::string_view kInvalid = R"(Bearer realm="curt", error="invalid_token")";

std::string described(const Route& row, Method method) {
  return fmt::format("{} {}", http::name_of(method), row.path);
}

/// Whether the other row serves the path of `row` too, for methods that `row` does not have.
bool is_alike(const Route& other, const Route& row) {
  return other.path == row.path || (other.path.starts_with("/api/") && match(other.path, row.path));
}

/// Whether a row has this method for the path of `row`.
bool is_served(const Route& row, Method method) {
  if (method == Method::head) method = Method::get;
  for (const Route& other : routes()) {
    if (is_alike(other, row) && other.method == method) return true;
  }
  return false;
}

/// The row that answers the method at the path of `row`; must be served.
Route row_of(const Route& row, Method method) {
  if (method == Method::head) method = Method::get;
  for (const Route& other : routes()) {
    if (is_alike(other, row) && other.method == method) return other;
  }
  return row;
}

constexpr Method kMethods[] = {Method::get,   Method::head,    Method::post,    Method::put,
                               Method::patch, Method::delete_, Method::options, Method::other};

TEST(RoutedServiceKeys, RefuseEveryKeyThatIsNotGoodEverywhere) {
  Walked api;
  const std::string id = id_of(api.good);
  const json before = api.get("/api/v1/links/abc", by(api.admin)).json();
  for (const Route& row : routes()) {
    const std::string path = path_of(row, id);
    for (const Method method : kMethods) {
      for (const std::string& key : {api.garbage, api.wrong, api.revoked, api.expired, std::string{}}) {
        const Answer answer = api.send(method, path, body_of(method, path), by(key));
        EXPECT_EQ(answer.status, 401U) << described(row, method) << ' ' << key;
        EXPECT_EQ(answer.problem(), "unauthorized") << described(row, method);
        EXPECT_EQ(answer.header("WWW-Authenticate"), kInvalid) << described(row, method);
        EXPECT_EQ(answer.statements, 0U) << described(row, method);
        EXPECT_FALSE(answer.waited) << described(row, method);
        EXPECT_EQ(answer.visited_version, 0) << described(row, method);
        const bool shows_its_secret = key == api.revoked || key == api.expired;
        EXPECT_EQ(answer.key.empty(), !shows_its_secret) << described(row, method) << answer.key;
        EXPECT_EQ(answer.body.find(id), std::string::npos) << answer.body;
      }
    }
  }
  EXPECT_EQ(api.get("/nothing/here", by(api.garbage)).status, 401U);
  const Answer preflight = api.send(Method::options, "/shorten", {}, [&](http::Request& request) {
    by(api.garbage)(request);
    request.origin = "https://app.example.com";
    request.requested_method = "POST";
  });
  EXPECT_EQ(preflight.status, 204U) << "which a browser makes without the key";
  EXPECT_EQ(api.get("/api/v1/links/abc", by(api.admin)).json(), before) << "nothing was changed";
  EXPECT_FALSE(api.key_store.key(KeyId::from_valid(id))->revoked_at);
}

TEST(RoutedServiceKeys, SayTheSameOfAnUnknownIdAndOfAWrongSecret) {
  Walked api;
  std::string unknown = api.wrong;
  unknown[6] = unknown[6] == 'a' ? 'b' : 'a';
  const std::string told = api.get("/abc", by(api.wrong)).body;
  EXPECT_EQ(api.get("/abc", by(unknown)).body, told);
  EXPECT_EQ(api.get("/abc", by(api.garbage)).body, told);
  EXPECT_NE(api.get("/abc", by(api.expired)).body, told);
  EXPECT_NE(api.get("/abc", by(api.revoked)).body, told);
  EXPECT_NE(api.get("/abc", by(api.revoked)).body, api.get("/abc", by(api.expired)).body);
}

TEST(RoutedServiceKeys, AreAskedForByRowsWithAScopeOnly) {
  Walked api;
  for (const Route& row : routes()) {
    const std::string path = path_of(row, id_of(api.good));
    for (const Method method : kMethods) {
      const Answer answer = api.send(method, path, body_of(method, path));
      if (method == Method::options) {
        EXPECT_EQ(answer.status, 204U) << described(row, method);
      } else if (method == Method::other && row.serves == Serves::path) {
        EXPECT_EQ(answer.status, 501U) << described(row, method);
      } else if (!is_served(row, method)) {
        EXPECT_EQ(answer.status, 405U) << described(row, method);
      } else if (row_of(row, method).scope) {
        EXPECT_EQ(answer.status, 401U) << described(row, method);
        EXPECT_EQ(answer.problem(), "unauthorized") << described(row, method);
        EXPECT_EQ(answer.header("WWW-Authenticate"), kMissing) << described(row, method);
        EXPECT_EQ(answer.statements, 0U) << described(row, method);
      } else {
        EXPECT_LT(answer.status, 400U) << described(row, method);
      }
    }
  }
}

TEST(RoutedServiceKeys, NeedTheScopeOfTheRow) {
  Walked api;
  for (const Route& row : routes()) {
    if (!row.scope) continue;
    const std::string path = path_of(row, id_of(api.good));
    const std::string_view needed = access::name_of(*row.scope);
    std::vector<std::string> others = Walked::all_but_admin();
    std::erase(others, needed);
    const Answer answer = api.send(row.method, path, body_of(row.method, path), by(api.key(others)));
    EXPECT_EQ(answer.status, 403U) << described(row, row.method);
    EXPECT_EQ(answer.problem(), "insufficient_scope") << described(row, row.method);
    EXPECT_EQ(answer.header("WWW-Authenticate"),
              fmt::format(R"(Bearer realm="curt", error="insufficient_scope", scope="{}")", needed));
    EXPECT_NE(answer.json()["detail"].get<std::string>().find(needed), std::string::npos);
    EXPECT_EQ(answer.statements, 0U);
    EXPECT_FALSE(answer.waited);
    EXPECT_NE(answer.key, "") << "the access line tells whose key it was";
  }
}

TEST(RoutedServiceKeys, LetTheRightOneIn) {
  for (const Route& row : routes()) {
    Walked api;
    const std::string path = path_of(row, id_of(api.good));
    const std::string key = row.scope ? api.key({std::string{access::name_of(*row.scope)}}) : api.good;
    const Answer answer = api.send(row.method, path, body_of(row.method, path), by(key));
    EXPECT_LT(answer.status, 400U) << described(row, row.method) << answer.body;
    EXPECT_EQ(answer.key, id_of(key)) << described(row, row.method);
    Walked another;
    const std::string other_path = path_of(row, id_of(another.good));
    EXPECT_LT(another.send(row.method, other_path, body_of(row.method, path), by(another.admin)).status, 400U)
        << described(row, row.method) << ": an admin may do all";
  }
}

TEST(RoutedServiceKeys, AreFoundInEitherHeader) {
  Walked api;
  const auto asked = [&](const std::string& api_key, const std::string& authorization, int api_keys = 1,
                         int authorizations = 1) {
    return api
        .get("/api/v1/links/abc",
             [&](Request& request) {
               if (!api_key.empty()) request.api_keys = static_cast<std::uint16_t>(api_keys);
               if (!authorization.empty())
                 request.authorizations = static_cast<std::uint16_t>(authorizations);
               request.api_key = api_key;
               request.authorization = authorization;
             })
        .status;
  };
  EXPECT_EQ(asked(api.good, ""), 200U);
  EXPECT_EQ(asked("", "Bearer " + api.good), 200U);
  EXPECT_EQ(asked("", "bearer  " + api.good + " "), 200U);
  EXPECT_EQ(asked("", "BEARER\t" + api.good), 200U);
  EXPECT_EQ(asked(api.good, "Bearer " + api.good), 200U);
  EXPECT_EQ(asked(api.good, "Basic YTpi"), 200U) << "not about keys";
  EXPECT_EQ(asked("", "Basic YTpi"), 401U) << "there is no key";
  EXPECT_EQ(asked(api.good, "Bearer " + api.own), 401U) << "two keys";
  EXPECT_EQ(asked(api.good, "Bearer"), 401U);
  EXPECT_EQ(asked("", "Bearer"), 401U);
  EXPECT_EQ(asked(api.good, "", 2), 401U);
  EXPECT_EQ(asked("", "Bearer " + api.good, 0, 2), 401U);
  EXPECT_EQ(api.get("/abc",
                    [](Request& request) {
                      request.authorization = "Basic YTpi";
                      request.authorizations = 1;
                    })
                .status,
            302U)
      << "another scheme is nothing where no key is needed";
}

TEST(RoutedServiceKeys, AreNotAskedForWhereTheServiceIsOpen) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.get("/api/v1/links/abc").status, 200U);
  EXPECT_EQ(api.get("/metrics").status, 200U);
  const std::string reader = api.key({"links:read"});
  EXPECT_EQ(api.get("/api/v1/links/abc", by(reader)).status, 200U);
  EXPECT_EQ(api.get("/metrics", by(reader)).status, 403U) << "one that is shown counts";
  EXPECT_EQ(api.get("/abc", by("garbage")).status, 401U);
}

TEST(RoutedServiceKeys, OpenRowsForOwnersToThoseWhoWouldBeStrangers) {
  ApiOptions options;
  options.loopback_only = true;
  ApiHarness api{options};
  api.given("abc");
  const std::string key = api.key({"links:read"});
  const auto stranger = [](Request& request) {
    request.forwarded = true;
    request.host = "evil.example";
    request.fetch_site = http::FetchSite::other;
  };
  EXPECT_EQ(api.get("/api/v1/links/abc", stranger).status, 403U);
  const Answer answer = api.get("/api/v1/links/abc", [&](Request& request) {
    stranger(request);
    by(key)(request);
  });
  EXPECT_EQ(answer.status, 200U) << answer.body;
  const Answer reading = api.get("/abc+", [&](Request& request) {
    stranger(request);
    by(key)(request);
  });
  EXPECT_EQ(reading.status, 421U) << "a preview needs our own name";
}

TEST(RoutedServiceKeys, AreCounted) {
  Walked api;
  const auto count = [&](std::string_view outcome) {
    return test::metric_value(api.metrics, fmt::format(R"(curt_key_checks_total{{outcome="{}"}})", outcome));
  };
  const std::string good = count("good");
  static_cast<void>(api.get("/abc"));
  static_cast<void>(api.get("/api/v1/links"));
  static_cast<void>(api.get("/abc", by(api.garbage)));
  static_cast<void>(api.get("/abc", by(api.wrong)));
  static_cast<void>(api.get("/abc", by(api.expired)));
  static_cast<void>(api.get("/abc", by(api.revoked)));
  static_cast<void>(api.get("/api/v1/keys", by(api.good)));
  EXPECT_EQ(count("good"), good);
  EXPECT_EQ(count("missing"), "1");
  EXPECT_EQ(count("bad"), "2");
  EXPECT_EQ(count("expired"), "1");
  EXPECT_EQ(count("revoked"), "1");
  EXPECT_EQ(count("scope"), "1");
  static_cast<void>(api.get("/api/v1/links", by(api.good)));
  EXPECT_EQ(count("good"), std::to_string(std::stoi(good) + 1));
}

}  // namespace
}  // namespace curt::api
