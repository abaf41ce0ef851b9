// Short links as people and programs ask for them, directly and through nginx: with every method, and with
// what texts and mails add to an address.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/eventually.hpp"
#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/nginx_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

constexpr std::string_view kTarget = "https://example.com/p";

/// curt, and nginx before it as nginx/templates/locations.inc.template has it for visitors.
class ShortLinks : public testing::Test {
 protected:
  ShortLinks() {
    make({{"alias", "plain"}, {"url", kTarget}});
    make({{"alias", "kept"}, {"url", kTarget}, {"redirect_status", 307}});
    make({{"alias", "once"}, {"url", kTarget}, {"redirect_status", 308}, {"max_visits", 4}});
  }

  /// Makes a link; the test fails if that fails.
  void make(const nlohmann::json& link) {
    const std::string body = link.dump();
    const auto made = test::exchange(
        curt_.port(), fmt::format("POST /shorten HTTP/1.1\r\nHost: localhost\r\n"
                                  "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                                  body.size(), body));
    ASSERT_TRUE(made && made->status == 201) << (made ? made->body : "");
  }

  /// The answer to a request without a body over a connection of its own.
  static RawResponse ask(std::uint16_t port, std::string_view method, std::string_view path,
                         std::string_view lines = "") {
    const auto answer = test::exchange(
        port, fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n{}\r\n", method,
                          path, lines));
    EXPECT_TRUE(answer) << method << ' ' << path;
    return answer.value_or(RawResponse{});
  }

  nlohmann::json visits_of(std::string_view code) {
    return nlohmann::json::parse(ask(curt_.port(), "GET", fmt::format("/stats/{}", code)).body).at("visits");
  }

  [[nodiscard]] std::vector<std::uint16_t> ways() const { return {curt_.port(), nginx_.port()}; }

  TempFolder folder_;
  CurtProcess curt_{
      curt_binary(), folder_.path(), {{"CURT_TRUSTED_PROXIES", "127.0.0.1"}, {"CURT_ALLOW_OPEN", "true"}}};
  NginxServer nginx_{
      curt_.port(),
      "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $http_host; "
      "client_max_body_size 0; proxy_request_buffering off; gzip on; gzip_types application/json; "
      "gzip_min_length 1; gzip_proxied any; gzip_vary on;",
      NginxServer::Upstream::kept};
};

TEST_F(ShortLinks, AreReachedByNearMisses) {
  const std::vector<std::string> paths{"/plain/",
                                       "/plain.",
                                       "/plain)",
                                       "/plain,",
                                       "/plain;",
                                       "/plain!",
                                       "/plain'",
                                       "/plain\"",
                                       "/plain%22",
                                       "/plain%20",
                                       "/plain%E2%80%9D",
                                       "/plain%C2%A0",
                                       "/plain>",
                                       "/plain]",
                                       "/plain*",
                                       "/plain.)",
                                       "/plain/.",
                                       "/plain%E2%80%A6",
                                       "/plain%E3%80%82",
                                       "//plain",
                                       "///plain",
                                       "/plain%0A",
                                       "/plain%EF%BB%BF",
                                       "/%22plain%22",
                                       "/(plain)",
                                       "/plain&utm_source=x",
                                       "/plain/?utm_source=x"};
  for (const std::uint16_t port : ways()) {
    for (const std::string& path : paths) {
      const RawResponse answer = ask(port, "GET", path);
      EXPECT_EQ(answer.status, 302U) << path;
      EXPECT_EQ(answer.header("Location"), kTarget) << path;
    }
    for (const char* path :
         {"/none/", "/none.", "//none", "/a/plain", "/plain/a", "//api/v1/links", "/docs/plain"}) {
      EXPECT_EQ(ask(port, "GET", path).status, 404U) << path;
    }
  }
  EXPECT_TRUE(eventually([&] { return visits_of("plain").at("total") == 2 * paths.size(); }))
      << "each is one visit: " << visits_of("plain");
}

TEST_F(ShortLinks, AreReachedByEveryMethodWhereTheStatusKeepsIt) {
  const std::vector<std::string> methods{"POST", "PUT", "PATCH", "DELETE", "PROPFIND", "REPORT", "QUERY"};
  const std::string_view as_bot = "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)\r\n";
  for (const std::uint16_t port : ways()) {
    for (const std::string& method : methods) {
      const RawResponse answer = ask(port, method, "/kept", as_bot);
      EXPECT_EQ(answer.status, 307U) << method;
      EXPECT_EQ(answer.header("Location"), kTarget) << method;
      const RawResponse refused = ask(port, method, "/plain");
      EXPECT_EQ(refused.status, 405U) << method;
      EXPECT_EQ(refused.header("Allow"), "GET, HEAD, OPTIONS") << method;
      EXPECT_EQ(ask(port, method, "/none").status, 404U) << method;
    }
  }
  EXPECT_TRUE(eventually([&] { return visits_of("kept").at("humans") == 2 * methods.size(); }))
      << visits_of("kept");
  EXPECT_EQ(visits_of("kept").at("bots"), 0);
  EXPECT_EQ(visits_of("plain").at("total"), 0);
}

TEST_F(ShortLinks, AnswerARequestWithALargeBodyWithoutReadingIt) {
  std::string body;
  body.resize(10'000'000, 'b');
  for (const std::uint16_t port : ways()) {
    RawClient announced{port};
    ASSERT_TRUE(announced.send(
        fmt::format("POST /kept HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", body.size())));
    ASSERT_TRUE(announced.send(body));
    const auto first = announced.read_response();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->status, 307U);

    RawClient chunked{port};
    ASSERT_TRUE(chunked.send("POST /once HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 160; ++i) ASSERT_TRUE(chunked.send("10000\r\n" + std::string(0x10000, 'c') + "\r\n"));
    ASSERT_TRUE(chunked.send("0\r\n\r\n"));
    const auto second = chunked.read_response();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->status, 308U);
  }
}

TEST_F(ShortLinks, SpendOneVisitForEachRequestWhateverItsMethod) {
  const std::uint16_t direct = curt_.port();
  const std::uint16_t proxied = nginx_.port();
  EXPECT_EQ(ask(direct, "HEAD", "/once").status, 308U);
  EXPECT_EQ(ask(proxied, "POST", "/once").status, 308U);
  EXPECT_EQ(ask(direct, "PROPFIND", "/once/").status, 308U);
  EXPECT_EQ(ask(proxied, "DELETE", "/once)").status, 308U);
  EXPECT_EQ(ask(direct, "GET", "/once").status, 308U);
  for (const std::uint16_t port : ways()) {
    for (const char* method : {"GET", "POST", "PUT"})
      EXPECT_EQ(ask(port, method, "/once").status, 410U) << method;
  }
}

TEST_F(ShortLinks, TakeNoRequestFromABody) {
  const std::string hidden = "DELETE /api/v1/links/plain HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const std::uint16_t port : ways()) {
    for (const std::string& framed :
         {fmt::format("Content-Length: {}\r\n\r\n{}", hidden.size(), hidden),
          fmt::format("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", hidden.size(), hidden)}) {
      RawClient client{port};
      ASSERT_TRUE(client.send("POST /kept HTTP/1.1\r\nHost: localhost\r\n" + framed));
      const auto answer = client.read_response();
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->status, 307U);
      EXPECT_EQ(ask(port, "GET", "/plain").status, 302U) << "whoever comes next gets what he asked for";
    }
  }
}

}  // namespace
}  // namespace curt::test
