#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

/// A GET request to this machine.
std::string request_for(std::string_view path) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
}

/// A POST request of JSON that is sent as it is.
std::string post_json(std::string_view body) {
  return fmt::format(
      "POST /shorten HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "{}\r\n\r\n{}",
      body.size(), body);
}

/// What ends a string, a statement, a command or a line in one language or another.
const std::vector<std::string>& payloads() {
  static const std::vector<std::string> list{"'; DROP TABLE links; --",
                                             "' OR '1'='1",
                                             "\"; DELETE FROM links; --",
                                             "$1",
                                             "%s%n%x",
                                             "\\x00",
                                             "{{style}}",
                                             "*3\r\n$3\r\nDEL\r\n$8\r\ncurt:l:a\r\n",
                                             "\r\nFLUSHALL\r\n",
                                             "\r\nSet-Cookie: a=b",
                                             "${jndi:ldap://x}",
                                             "`id`",
                                             "$(id)",
                                             "<script>alert(1)</script>",
                                             "../../etc/passwd",
                                             "\u202Egnp.exe",
                                             "%00",
                                             "%0d%0aX: y",
                                             "a\tb"};
  return list;
}

/// The service on Postgres and Redis with the link "abc".
class Injection : public testing::Test {
 protected:
  Injection() {
    cluster_.start({{"CURT_ALLOW_OPEN", "true"}});
    client_.emplace(cluster_[0].port());
    EXPECT_EQ(ask("POST", "/shorten", {{"url", "https://example.com/a"}, {"alias", "abc"}}).status, 201U);
  }

  RawResponse ask(std::string_view method, const std::string& path, const json& body = nullptr) {
    auto answer = test::ask(*client_, method, path, body);
    EXPECT_TRUE(answer) << method << ' ' << path;
    return answer.value_or(RawResponse{});
  }

  /// The link is there as it was, in the database and for visitors.
  void expect_unharmed() {
    EXPECT_EQ(cluster_.ask_database("SELECT count(*) FROM links WHERE code = 'abc' AND version = 1"), "1");
    EXPECT_EQ(ask("GET", "/abc").status, 302U);
  }

  Cluster cluster_;
  std::optional<RawClient> client_;
};

TEST_F(Injection, OfAnyKindIsTextInTheFieldsThatTakeText) {
  for (const std::string& payload : payloads()) {
    const RawResponse made =
        ask("POST", "/shorten", {{"url", "https://example.com/"}, {"title", payload}, {"tags", {payload}}});
    if (made.status != 201) {
      EXPECT_EQ(made.status, 422U) << payload;
      continue;
    }
    const auto link = json::parse(made.body);
    EXPECT_EQ(link.at("title"), payload);
    const RawResponse got = ask("GET", "/api/v1/links/" + link.at("code").get<std::string>());
    EXPECT_EQ(json::parse(got.body).at("tags").at(0), link.at("tags").at(0));
  }
  expect_unharmed();
}

TEST_F(Injection, IsRefusedInTheFieldsThatDoNot) {
  for (const std::string& payload : payloads()) {
    for (const char* field :
         {"alias", "expires_at", "not_before", "redirect_status", "max_visits", "enabled", "ttl"}) {
      json body{{"url", "https://example.com/"}};
      body[field] = payload;
      EXPECT_EQ(ask("POST", "/shorten", body).status, 422U) << field << ": " << payload;
    }
  }
  expect_unharmed();
}

TEST_F(Injection, ThroughATargetLeavesItInOneHeader) {
  for (const std::string& payload : payloads()) {
    const RawResponse made =
        ask("POST", "/shorten", {{"url", "https://example.com/" + payload}, {"forward_query", true}});
    if (made.status != 201) {
      EXPECT_EQ(made.status, 422U) << payload;
      continue;
    }
    const RawResponse redirect =
        ask("GET", "/" + json::parse(made.body).at("code").get<std::string>() + "?a=%0d%0aX:%20y");
    EXPECT_EQ(redirect.status, 302U) << payload;
    EXPECT_EQ(redirect.header("X"), "") << payload;
    EXPECT_EQ(redirect.header("Set-Cookie"), "") << payload;
    EXPECT_THAT(redirect.header("Location"), HasSubstr("%0d%0aX:%20y"));
  }
  expect_unharmed();
}

TEST_F(Injection, ThroughPathsAndQueriesFindsNothing) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const std::string& payload : payloads()) {
    std::string encoded;
    for (const char c : payload) {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
    EXPECT_EQ(ask("GET", "/" + encoded).status, 404U) << payload;
    EXPECT_EQ(ask("GET", "/stats/" + encoded).status, 404U) << payload;
    EXPECT_EQ(ask("DELETE", "/api/v1/links/" + encoded).status, 404U) << payload;
    for (const char* name : {"query", "tag", "cursor", "sort", "limit"}) {
      const RawResponse list = ask("GET", fmt::format("/api/v1/links?{}={}", name, encoded));
      EXPECT_THAT(list.status, AnyOf(200U, 422U)) << name << ": " << payload;
      EXPECT_THAT(list.body, Not(HasSubstr("\"abc\""))) << name << ": " << payload;
    }
  }
  expect_unharmed();
}

/// The service alone with the link "abc".
class Attack : public testing::Test {
 protected:
  void SetUp() override {
    const auto made = exchange(port(), post_json(R"({"url":"https://example.com/a","alias":"abc"})"));
    ASSERT_TRUE(made);
    ASSERT_EQ(made->status, 201U);
  }

  [[nodiscard]] std::uint16_t port() const { return curt_.port(); }

  unsigned status_of(const std::string& bytes) const {
    const auto answer = exchange(port(), bytes);
    return answer ? answer->status : 0;
  }

  TempFolder folder_;
  CurtProcess curt_{curt_binary(),
                    folder_.path(),
                    {{"CURT_CACHE_BYTES", "1MiB"}, {"CURT_CACHE_TTL", "24h"}, {"CURT_NEGATIVE_TTL", "1h"}}};
};

TEST_F(Attack, ByTricksWithThePathReachesOnlyWhatItNames) {
  for (const char* path :
       {"/../abc", "/./abc", "/abc;x", "/%2e%2e/abc", "/abc%4", "/%2561bc", "/docs/../abc",
        "/api/v1/../../abc", "/api/v1/links/..%2fabc", "/.%2e/abc", "/docs/..", "//docs"}) {
    EXPECT_THAT(status_of(request_for(path)), AnyOf(400U, 404U)) << path;
  }
  // Marks around a code are near misses of its link, and of nothing else.
  for (const char* path : {"//abc", "/abc/", "/abc/..", "/%2fabc", "/abc%00", "/abc%2f", "/\\abc", "/abc%5c",
                           "/%c0%afabc", "/abc%ff", "/abc%", "/abc%20"}) {
    EXPECT_EQ(status_of(request_for(path)), 302U) << path;
  }
  // An encoded letter is that letter (RFC 3986, section 6.2.2.2).
  EXPECT_EQ(status_of(request_for("/%61bc")), 302U);
}

TEST_F(Attack, ByJsonThatIsDeepLongOrStrangeIsRefusedAtOnce) {
  const auto nested = [](std::size_t depth) {
    return R"({"url":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_THAT(status_of(post_json(nested(30'000))), AnyOf(400U, 422U));
  std::string objects;
  for (int i = 0; i < 10'000; ++i) objects += R"({"a":)";
  EXPECT_THAT(status_of(post_json(objects)), AnyOf(400U, 422U));
  std::string fields = R"({"url":"https://example.com/")";
  for (int i = 0; i < 5000; ++i) fields += fmt::format(R"(,"f{}":1)", i);
  EXPECT_EQ(status_of(post_json(fields + "}")), 422U);
  std::string repeated = R"({"url":"https://example.com/")";
  for (int i = 0; i < 5000; ++i) repeated += R"(,"alias":"a")";
  EXPECT_THAT(status_of(post_json(repeated + "}")), AnyOf(400U, 422U));
  for (const char* body :
       {R"({"url":"https://example.com/","max_visits":1e999})", R"({"url":"https://example.com/","ttl":-1})",
        R"({"url":"https://example.com/","max_visits":99999999999999999999999999})", R"({"url":1})", R"([])",
        R"("x")", R"(null)", R"({"url":"https://example.com/\ud800"})",
        "{\"url\":\"https://example.com/\xff\"}", R"({"url":"https://example.com/","tags":[[]]})",
        "{\"url\":\"https://example.com/\\u0000/\"}"}) {
    EXPECT_THAT(status_of(post_json(body)), AnyOf(400U, 422U)) << body;
  }
  EXPECT_EQ(status_of(post_json("{\"url\":\"https://example.com/" + std::string(70'000, 'a') + "\"}")), 413U);
  EXPECT_EQ(status_of(request_for("/abc")), 302U);
}

TEST_F(Attack, ByAMillionTinyChunksEndsWhereABodyOfThatSizeWould) {
  RawClient client{port()};
  ASSERT_TRUE(
      client.send("POST /shorten HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                  "application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
  std::string thousand;
  for (int i = 0; i < 1000; ++i) thousand += "1\r\n \r\n";
  // What is not read any more is dropped for a while, so that the client sees the answer: 32 MiB of it.
  constexpr int kMost = 8000;
  int sent = 0;
  while (sent < kMost && client.send(thousand)) ++sent;
  EXPECT_LT(sent, kMost);
  EXPECT_EQ(status_of(request_for("/abc")), 302U);
  EXPECT_EQ(curt_.metric(R"(curt_http_requests_total{route="/shorten",method="POST",status="413"})"), 1);
}

TEST_F(Attack, ByAFloodOfUnknownCodesLeavesLinksInTheCache) {
  RawClient visitor{port()};
  ASSERT_TRUE(visitor.send(request_for("/abc")));
  ASSERT_EQ(visitor.read_response()->status, 302U);
  const double lookups = curt_.metric(R"(curt_cache_lookups_total{layer="local",result="miss"})");
  constexpr int kCodes = 20'000;  // many times what the cache holds
  constexpr int kAtOnce = 100;
  RawClient scanner{port()};
  for (int i = 0; i < kCodes; i += kAtOnce) {
    std::string requests;
    for (int j = 0; j < kAtOnce; ++j) requests += request_for(fmt::format("/scan{}", i + j));
    ASSERT_TRUE(scanner.send(requests));
    for (int j = 0; j < kAtOnce; ++j) ASSERT_EQ(scanner.read_response()->status, 404U);
  }
  EXPECT_EQ(curt_.metric(R"(curt_cache_lookups_total{layer="local",result="miss"})"), lookups + kCodes);
  ASSERT_TRUE(visitor.send(request_for("/abc")));
  ASSERT_EQ(visitor.read_response()->status, 302U);
  EXPECT_EQ(curt_.metric(R"(curt_cache_lookups_total{layer="local",result="miss"})"), lookups + kCodes)
      << "the link was pushed out";
}

}  // namespace
}  // namespace curt::test
