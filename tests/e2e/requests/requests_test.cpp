#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/nginx_server.hpp"
#include "support/temp_folder.hpp"

// What clients and proxies bring that is not as curt writes it itself: each directly, and through an nginx
// that compresses.

namespace curt::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kCompressing =
    "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $http_host; gzip on; "
    "gzip_min_length 20; gzip_proxied any; gzip_types application/json application/problem+json;";

class Requests : public testing::Test {
 protected:
  Requests() {
    for (const std::uint16_t port : {curt_.port(), nginx_.port()}) {
      const RawResponse made = send(port, "POST", "/shorten", "", link_named(alias(port)));
      EXPECT_EQ(made.status, 201U) << made.body;
    }
  }

  [[nodiscard]] std::vector<std::uint16_t> ways() const { return {curt_.port(), nginx_.port()}; }

  /// The link that requests of this way are about.
  [[nodiscard]] std::string alias(std::uint16_t port) const {
    return port == curt_.port() ? "direct" : "proxied";
  }
  [[nodiscard]] std::string link(std::uint16_t port) const { return "/api/v1/links/" + alias(port); }

  static std::string link_named(std::string_view name) {
    return fmt::format(R"({{"url":"https://example.com/a","alias":"{}"}})", name);
  }

  static RawResponse send(std::uint16_t port, std::string_view method, std::string_view path,
                          std::string_view lines, std::string_view body = {},
                          std::string_view version = "1.1") {
    const std::string about_body =
        body.empty() ? ""
                     : fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    const auto answer = test::exchange(
        port, fmt::format("{} {} HTTP/{}\r\nHost: localhost\r\nConnection: close\r\n{}{}\r\n{}", method, path,
                          version, lines, about_body, body));
    EXPECT_TRUE(answer) << method << ' ' << path << ' ' << lines;
    return answer.value_or(RawResponse{});
  }

  static RawResponse edit(std::uint16_t port, std::string_view path, std::string_view if_match, int number) {
    return send(port, "PATCH", path, fmt::format("{}Accept-Encoding: gzip\r\n", if_match),
                fmt::format(R"({{"title":"Title {}"}})", number));
  }

  /// What curt has logged with this message, once it has ended.
  std::vector<json> logged(std::string_view message) {
    curt_.stop();
    std::vector<json> found;
    std::istringstream lines{curt_.process().standard_output()};
    for (std::string line; std::getline(lines, line);) {
      json event = json::parse(line);
      if (event.at("message") == message) found.push_back(std::move(event));
    }
    return found;
  }

 private:
  const TempFolder folder_;

 protected:
  CurtProcess curt_{
      curt_binary(),
      folder_.path(),
      {{"CURT_TRUSTED_PROXIES", "127.0.0.1"}, {"CURT_LOG_FORMAT", "json"}, {"CURT_ALLOW_OPEN", "true"}}};
  const NginxServer nginx_{curt_.port(), kCompressing};
};

TEST_F(Requests, AreOfTheAddressThatAProxyWritesWithAPort) {
  const std::pair<std::string_view, std::string_view> forms[] = {
      {"203.0.113.7:51008", "203.0.113.7"},
      {"[2001:db8::17]:47011", "2001:db8::17"},
      {"\"[2001:db8::18]:47011\"", "2001:db8::18"},
      {"198.51.100.9, 203.0.113.8:80, 127.0.0.1:443", "203.0.113.8"},
      {"203.0.113.9\r\nX-Forwarded-For: 127.0.0.1", "203.0.113.9"}};
  std::vector<std::string> expected;
  int number = 0;
  for (const std::uint16_t port : ways()) {
    for (const auto& [form, address] : forms) {
      const std::string header = fmt::format("X-Forwarded-For: {}\r\n", form);
      EXPECT_EQ(send(port, "POST", "/shorten", header, link_named(fmt::format("by-{}", ++number))).status,
                201U);
      expected.emplace_back(address);
    }
  }
  std::vector<std::string> clients;
  for (const json& line : logged("audit")) {
    if (line.at("code").get<std::string>().starts_with("by-")) clients.push_back(line.at("client"));
  }
  EXPECT_EQ(clients, expected);
}

TEST_F(Requests, OfWhichATrustedProxySaysNothingReadableAreWarnedOfOnce) {
  for (const std::uint16_t port : ways()) {
    for (const char* value : {"_hidden\xff", "unknown", "unknown"}) {
      EXPECT_EQ(send(port, "GET", "/health/live", fmt::format("X-Forwarded-For: {}\r\n", value)).status,
                200U);
    }
  }
  const auto lines = logged(
      "a trusted proxy sends an X-Forwarded-For with what is no address; its visitors count as one client "
      "(this is said once)");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines.front().at("level"), "warn");
  EXPECT_EQ(lines.front().at("proxy"), "127.0.0.1");
  EXPECT_THAT(lines.front().at("x_forwarded_for").get<std::string>(), StartsWith("_hidden"));
  EXPECT_EQ(curt_.process().standard_output().find('\xff'), std::string::npos);
}

TEST_F(Requests, MayHaveTheTagThatNginxWeakens) {
  for (const std::uint16_t port : ways()) {
    const RawResponse seen = send(port, "GET", link(port), "Accept-Encoding: gzip\r\n");
    const std::string tag = seen.header("ETag");
    EXPECT_EQ(tag, port == nginx_.port() ? "W/\"1\"" : "\"1\"");
    const auto with = [](std::string_view value) { return fmt::format("If-Match: {}\r\n", value); };
    EXPECT_EQ(edit(port, link(port), with(tag), 1).status, 200U);
    const RawResponse late = edit(port, link(port), with(tag), 2);
    EXPECT_EQ(late.status, 412U);
    EXPECT_EQ(edit(port, link(port), with("\"1\", W/\"2\""), 2).status, 200U);
    EXPECT_EQ(edit(port, link(port), with("\"1\", W/\"2\" , \"9\""), 3).status, 412U);
    // nginx answers 400 where the header comes twice.
    const char* const third =
        port == nginx_.port() ? "If-Match: \"1\", \"3\"\r\n" : "If-Match: \"1\"\r\nIf-Match: \"3\"\r\n";
    EXPECT_EQ(edit(port, link(port), third, 3).status, 200U);
    EXPECT_EQ(edit(port, link(port), with("*"), 4).status, 200U);
    EXPECT_EQ(edit(port, link(port), with("W/5"), 5).status, 422U);
    EXPECT_EQ(send(port, "DELETE", link(port), with("W/\"4\"")).status, 412U);
    EXPECT_EQ(send(port, "DELETE", link(port), with("W/\"5\"")).status, 204U);
  }
}

TEST_F(Requests, WithCompressedBodiesHearWhatToDo) {
  for (const std::uint16_t port : ways()) {
    for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
             {"POST", "/shorten"}, {"POST", "/api/v1/links"}, {"PATCH", link(port)}}) {
      for (const char* coding :
           {"Content-Encoding: gzip\r\n", "Content-Encoding: identity\r\nContent-Encoding: br\r\n"}) {
        const RawResponse answer = send(port, method, path, coding, R"({"url":"https://example.com/"})");
        EXPECT_EQ(answer.status, 415U) << path;
        EXPECT_EQ(answer.header("Accept-Encoding"), "identity") << path;
        EXPECT_THAT(answer.body, HasSubstr("without the header Content-Encoding")) << path;
      }
    }
    EXPECT_EQ(
        send(port, "POST", "/shorten", "Content-Encoding: identity\r\n", R"({"url":"https://example.com/"})")
            .status,
        201U);
    EXPECT_EQ(send(port, "GET", "/" + alias(port), "Content-Encoding: gzip\r\n").status, 302U);
  }
}

TEST_F(Requests, GetThePageOrTheProblemThatTheyWeighMost) {
  const std::pair<std::string_view, std::string_view> wishes[] = {
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"},
      {"text/html;q=0, application/json", "application/problem+json"},
      {"text/html;q=0.5, application/json", "application/problem+json"},
      {"text/html;q=0.5, application/json;q=0.4", "text/html; charset=utf-8"},
      {"text/*", "text/html; charset=utf-8"},
      {"*/*", "application/problem+json"},
      {"application/json\r\nAccept: text/html;q=0.1", "application/problem+json"}};
  for (const std::uint16_t port : ways()) {
    for (const auto& [accept, type] : wishes) {
      const RawResponse answer = send(port, "GET", "/no-such-code", fmt::format("Accept: {}\r\n", accept));
      EXPECT_EQ(answer.status, 404U);
      EXPECT_EQ(answer.header("Content-Type"), type) << accept;
    }
  }
}

TEST_F(Requests, OfAHigherMinorVersionAreAnswered) {
  for (const std::uint16_t port : ways()) {
    for (const char* version : {"1.2", "1.9"}) {
      const RawResponse answer = send(port, "GET", "/" + alias(port), "", {}, version);
      EXPECT_EQ(answer.status, 302U) << version;
      EXPECT_EQ(answer.minor_version, 1) << version;
    }
    EXPECT_EQ(send(port, "GET", "/" + alias(port), "", {}, "2.0").status, 505U);
  }
}

TEST_F(Requests, OfTheApiMayEndWithASlash) {
  for (const std::uint16_t port : ways()) {
    for (const char* path : {"/api/v1/links/", "/api/v1/stats/", "/health/", "/metrics/", "/docs/"}) {
      EXPECT_EQ(send(port, "GET", path, "").status, 200U) << path;
    }
    EXPECT_EQ(edit(port, link(port) + '/', "", 1).status, 200U);
    EXPECT_EQ(send(port, "PUT", link(port) + '/', "").header("Allow"), "GET, HEAD, PATCH, DELETE, OPTIONS");
    EXPECT_EQ(send(port, "POST", "/shorten/", "", R"({"url":"https://example.com/"})").status, 201U);
    EXPECT_EQ(send(port, "DELETE", link(port) + '/', "").status, 204U);
    EXPECT_EQ(send(port, "GET", "/api/v1/links//", "").status, 404U);
  }
  const double counted =
      curt_.metric(R"(curt_http_requests_total{route="/api/v1/links/{code}",method="PATCH",status="200"})");
  EXPECT_EQ(counted, 2.0) << "under the name of its row";
}

TEST_F(Requests, MayWriteAnIntegerAsJsonDoes) {
  for (const std::uint16_t port : ways()) {
    for (const auto& [ttl, status] : std::vector<std::pair<std::string, unsigned>>{
             {"3600.0", 201}, {"1e3", 201}, {"3600.5", 422}, {"1e30", 422}, {"1e999", 400}}) {
      const std::string body = fmt::format(R"({{"url":"https://example.com/","ttl":{}}})", ttl);
      EXPECT_EQ(send(port, "POST", "/shorten", "", body).status, status) << ttl;
    }
  }
}

}  // namespace
}  // namespace curt::test
