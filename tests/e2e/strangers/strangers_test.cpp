#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/api/routes.hpp"

#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/nginx_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using api::Audience;
using testing::HasSubstr;

/// Where a stranger's requests go, and what each of them has.
struct Way {
  std::uint16_t port = 0;
  std::string headers;  ///< whole lines, Host among them
};

std::string name_of(const api::Route& row) {
  return fmt::format("{} {}", http::name_of(row.method), row.path);
}

/// Asks for the row with what a create or an edit needs; where it has a code, for that of the link "abc".
RawResponse ask(const api::Route& row, const Way& way) {
  std::string path{row.path};
  if (const auto place = path.find("{code}"); place != std::string::npos) path.replace(place, 6, "abc");
  const bool has_body = row.body == api::Body::json;
  const std::string body = has_body ? R"({"url":"https://evil.example/"})" : "";
  const std::string about_body =
      has_body ? fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size()) : "";
  const auto answer =
      test::exchange(way.port, fmt::format("{} {} HTTP/1.1\r\n{}{}\r\n{}", http::name_of(row.method), path,
                                           way.headers, about_body, body));
  EXPECT_TRUE(answer) << name_of(row);
  return answer.value_or(RawResponse{});
}

/// `curt serve` as it is without any setting but its public name, with the link "abc".
class Strangers : public testing::Test {
 protected:
  Strangers() { start({}); }

  void start(CurtProcess::Environment more) {
    server_.reset();
    more.emplace_back("CURT_BASE_URL", kBaseUrl);
    server_ = std::make_unique<CurtProcess>(curt_binary(), folder_.path(), more);
    const std::string link = R"({"url":"https://example.com/a","alias":"abc"})";
    const auto made = exchange(server_->port(),
                               fmt::format("POST /shorten HTTP/1.1\r\nHost: localhost\r\n"
                                           "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                                           link.size(), link));
    EXPECT_TRUE(made && (made->status == 201 || made->status == 409));
  }

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  /// What the link's owner sees here.
  [[nodiscard]] nlohmann::json link() const {
    const auto found = exchange(port(), "GET /api/v1/links/abc HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(found);
    return found ? nlohmann::json::parse(found->body) : nlohmann::json{};
  }

  /// All rows for owners are refused with this status and code, those for visitors are served, and nothing
  /// has changed. `readers` is what the preview answers.
  void expect_refused(const Way& way, unsigned status, std::string_view code, unsigned readers) const {
    for (const api::Route& row : api::routes()) {
      const RawResponse answer = ask(row, way);
      switch (row.audience) {
        case Audience::owners:
          EXPECT_EQ(answer.status, status) << name_of(row);
          EXPECT_THAT(answer.body, HasSubstr(fmt::format(R"("code":"{}")", code))) << name_of(row);
          break;
        case Audience::readers:
          EXPECT_EQ(answer.status, readers) << name_of(row);
          break;
        case Audience::visitors:
          EXPECT_LT(answer.status, 400U) << name_of(row);
          break;
      }
    }
    EXPECT_EQ(link().value("version", 0), 1);
    EXPECT_EQ(link().value("url", ""), "https://example.com/a");
  }

  static constexpr const char* kBaseUrl = "http://go.localhost";
  static constexpr const char* kPublic = "Host: go.localhost\r\n";

  const TempFolder folder_;
  std::unique_ptr<CurtProcess> server_;
};

TEST_F(Strangers, BehindAnNginxThatSaysNothingOfThemManageNoLinks) {
  const NginxServer nginx{port()};
  expect_refused({nginx.port(), kPublic}, 403, "not_from_this_machine", 200);
}

TEST_F(Strangers, BehindAnNginxWithDebiansProxyParamsManageNoLinks) {
  const NginxServer nginx{port(), "include /etc/nginx/proxy_params;"};
  expect_refused({nginx.port(), kPublic}, 403, "not_from_this_machine", 200);
}

TEST_F(Strangers, BehindAnNginxThatKeepsItsConnectionsManageNoLinks) {
  const NginxServer nginx{port(), R"(proxy_http_version 1.1; proxy_set_header Connection "";
                                     proxy_set_header X-Forwarded-Proto $scheme;)"};
  expect_refused({nginx.port(), kPublic}, 403, "not_from_this_machine", 200);
}

TEST_F(Strangers, MayManageLinksThroughAProxyWhereTheServiceIsOpenToAll) {
  start({{"CURT_ALLOW_OPEN", "true"}});
  const NginxServer bare{port()};
  const NginxServer usual{port(), "include /etc/nginx/proxy_params;"};
  for (const std::uint16_t through : {bare.port(), usual.port()}) {
    for (const api::Route& row : api::routes()) {
      const RawResponse answer = ask(row, {through, kPublic});
      EXPECT_NE(answer.status, 403U) << name_of(row);
      EXPECT_NE(answer.status, 421U) << name_of(row);
    }
  }
}

TEST_F(Strangers, WhosePageIsInABrowserHereManageNoLinks) {
  const std::string host = fmt::format("Host: localhost:{}\r\n", port());
  const std::string origin = "Origin: https://evil.example\r\n";
  const std::string site = "Sec-Fetch-Site: cross-site\r\n";
  for (const std::string& headers :
       {host + origin + site + "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n",
        host + site + "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n",
        host + site + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
        host + "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nOrigin: http://localhost:3000\r\n",
        host + origin /* an older browser */}) {
    expect_refused({port(), headers}, 403, "cross_site", 200);
  }
}

TEST_F(Strangers, WhoseNameWasPointedHereManageNoLinksAndReadNone) {
  const std::string name = fmt::format("evil.example:{}", port());
  expect_refused({port(), fmt::format("Host: {0}\r\nOrigin: http://{0}\r\n", name)}, 421,
                 "misdirected_request", 421);
}

TEST_F(Strangers, AreNotUsersAndOurOwnPages) {
  const std::string host = fmt::format("Host: localhost:{}\r\n", port());
  for (const std::string& headers :
       {host, host + "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
        host + fmt::format("Origin: http://localhost:{}\r\nSec-Fetch-Site: same-origin\r\n", port())}) {
    for (const api::Route& row : api::routes()) {
      const RawResponse answer = ask(row, {port(), headers});
      EXPECT_NE(answer.status, 403U) << name_of(row) << ' ' << headers;
      EXPECT_NE(answer.status, 421U) << name_of(row) << ' ' << headers;
    }
  }
  const auto followed = exchange(port(), "GET /metrics HTTP/1.1\r\n" + host +
                                             "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
                                             "Sec-Fetch-Dest: document\r\n\r\n");
  ASSERT_TRUE(followed);
  EXPECT_EQ(followed->status, 200U) << "a user may follow a link to here";
}

}  // namespace
}  // namespace curt::test
