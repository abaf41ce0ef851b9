#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/http/http_cases.hpp"
#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/haproxy_server.hpp"
#include "support/servers/nginx_server.hpp"
#include "support/temp_folder.hpp"

// A request that proxy and service frame in different ways lets a client put a request of its own into
// another one's connection ("request smuggling"). Here the proxy marks each request that it knows of.

namespace curt::test {
namespace {

using testing::StartsWith;

constexpr std::string_view kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A POST request with these lines in its head, behind whose head a request hides.
std::string hiding(std::string_view lines, std::string_view before = "") {
  return fmt::format(
      "POST /shorten HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{}\r\n{}{}", lines,
      before, kSmuggled);
}

std::vector<std::string> attacks() {
  const auto all = std::to_string(kSmuggled.size());
  const auto after_chunks = std::to_string(kSmuggled.size() + 5);
  std::vector<std::string> list{
      hiding("Content-Length: " + all + "\r\n"),
      hiding("Content-Length: " + after_chunks + "\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      hiding("Transfer-Encoding: chunked\r\nContent-Length: " + after_chunks + "\r\n", "0\r\n\r\n"),
      hiding("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "2e\r\n"),
      hiding("Content-Length: " + all + "\r\nContent-Length: 0\r\n"),
      hiding("Content-Length: 0\r\nContent-Length: " + all + "\r\n"),
      hiding("Content-Length: " + all + ", 0\r\n"),
      hiding("Content-Length: +" + all + "\r\n"),
      hiding("Content-Length : " + all + "\r\n"),
      hiding("Content-Length: 0x" + all + "\r\n"),
      hiding("Content-Length:\r\n " + all + "\r\n"),
      hiding("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
      hiding("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"),
      hiding("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
      hiding("Transfer-Encoding: xchunked\r\nContent-Length: " + all + "\r\n"),
      hiding("Transfer-Encoding:\x0b"
             "chunked\r\nContent-Length: " +
             all + "\r\n"),
      hiding("Transfer-Encoding\r\n: chunked\r\nContent-Length: " + all + "\r\n"),
      hiding("X: y\nTransfer-Encoding: chunked\r\nContent-Length: " + all + "\r\n"),
      hiding("X: y\rTransfer-Encoding: chunked\r\nContent-Length: " + all + "\r\n"),
      hiding("Transfer-Encoding: chunked\r\n", "5;a=\n\r\nhello\r\n0\r\n\r\n"),
      hiding("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"),
      hiding("Transfer-Encoding: chunked\r\n", "0x0\r\n\r\n"),
      hiding("Transfer-Encoding: chunked\r\n", "0\r\nX: y\n\r\n"),
      hiding("Expect: 100-continue\r\nContent-Length: " + all + "\r\n"),
      "GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + all + "\r\n\r\n" +
          std::string{kSmuggled},
      "HEAD /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + all + "\r\n\r\n" +
          std::string{kSmuggled},
      "GET /health/live HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
          std::string{kSmuggled},
      "GET http://localhost/health/live HTTP/1.1\r\nHost: other\r\nContent-Length: " + all + "\r\n\r\n" +
          std::string{kSmuggled},
      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + all + "\r\n\r\n" +
          std::string{kSmuggled}};
  for (const HttpCase& malformed : http_cases()) list.push_back(malformed.bytes + std::string{kSmuggled});
  return list;
}

/// Sends it, and waits for what comes back of it, if anything does.
void attack(std::uint16_t proxy, const std::string& bytes) {
  RawClient attacker{proxy};
  if (!attacker.send(bytes)) return;
  attacker.finish_sending();
  attacker.read_until_close();
}

/// The service behind a proxy which gives each request an id of its own.
class Smuggling : public testing::Test {
 protected:
  /// Everything that reached the service came as a request that the proxy knew of.
  void expect_no_stranger(std::uint16_t proxy) {
    for (const std::string& bytes : attacks()) {
      attack(proxy, bytes);
      ASSERT_TRUE(curt_.process().is_running()) << bytes;
      // Whoever comes next over the proxy's connections gets the answer to what he asked.
      const auto next =
          exchange(proxy, "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      ASSERT_TRUE(next) << bytes;
      EXPECT_EQ(next->status, 200U) << bytes;
      EXPECT_EQ(next->body, "{\"status\":\"up\"}\n") << bytes;
    }
    EXPECT_EQ(curt_.stop(), 0);
    std::istringstream log{curt_.process().standard_output()};
    std::size_t requests = 0;
    for (std::string line; std::getline(log, line);) {
      const auto event = nlohmann::json::parse(line);
      // What cannot be framed has no route and no id, and its connection ends.
      if (!event.contains("status") || event.at("route") == "none") continue;
      ++requests;
      EXPECT_THAT(event.at("request_id").get<std::string>(), StartsWith("front-")) << line;
    }
    EXPECT_GE(requests, attacks().size());
  }

  [[nodiscard]] std::uint16_t service() const { return curt_.port(); }

 private:
  TempFolder folder_;
  CurtProcess curt_{
      curt_binary(),
      folder_.path(),
      {{"CURT_TRUSTED_PROXIES", "127.0.0.1"}, {"CURT_LOG_FORMAT", "json"}, {"CURT_ALLOW_OPEN", "true"}}};
};

TEST_F(Smuggling, GetsNothingPastNginx) {
  const NginxServer nginx{
      service(),
      "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $http_host; "
      "proxy_set_header X-Request-Id front-$request_id;",
      NginxServer::Upstream::kept};
  expect_no_stranger(nginx.port());
}

TEST_F(Smuggling, GetsNothingPastHaproxy) {
  const HaproxyServer haproxy{service(), "http-request set-header X-Request-Id front-%[uuid()]"};
  expect_no_stranger(haproxy.port());
}

}  // namespace
}  // namespace curt::test
