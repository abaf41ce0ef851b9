// What redirects make of the bodies that come with them, which nobody here needs.
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/http/server.hpp"
#include "curt/http/server_metrics.hpp"

#include "support/http/api_harness.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"

namespace curt::api {
namespace {

using test::ApiHarness;
using test::RawClient;

/// The API behind a server, with links of both kinds, and one whose visits are spent.
class BodiesOfRedirects : public testing::Test {
 protected:
  BodiesOfRedirects() {
    api_.given("kept", "https://example.com/k", {{"redirect_status", 307}});
    api_.given("few", "https://example.com/f", {{"redirect_status", 308}, {"max_visits", 1000}});
    api_.given("other", "https://example.com/o");
    server_.listen().value();
    server_.start();
  }

  static http::ServerOptions on_a_free_port() {
    http::ServerOptions options = test::patient_options();
    options.listen.emplace_back(net::ip::make_address("127.0.0.1"), std::uint16_t{0});
    return options;
  }

  [[nodiscard]] std::uint16_t port() const { return server_.endpoints().front().port(); }

  static std::string head(std::string_view method, std::string_view path, std::string_view lines,
                          std::string_view version = "1.1") {
    return fmt::format("{} {} HTTP/{}\r\nHost: sho.rt\r\n{}\r\n", method, path, version, lines);
  }

  ApiHarness api_;
  const http::ServerMetrics metrics_{api_.metrics, api_.service().route_names()};
  http::Server server_{on_a_free_port(), api_.service(), metrics_, nullptr};
};

TEST_F(BodiesOfRedirects, AreNotWaitedForAndEndTheConnection) {
  for (const std::string method :
       {"POST", "PUT", "PATCH", "DELETE", "PROPFIND", "REPORT", "QUERY", "X-OWN", "GET"}) {
    for (const std::string path : {"/kept", "/few", "/kept/"}) {
      for (const std::string body :
           {"Content-Length: 5\r\n", "Content-Length: 10000000\r\n",
            "Content-Length: 10000000\r\nContent-Encoding: br\r\n", "Content-Length: 9223372036854775807\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Type: multipart/form-data\r\n"}) {
        for (const std::string expect : {"", "Expect: 100-continue\r\n"}) {
          const std::string sent = head(method, path, body + expect);
          RawClient client{port()};
          ASSERT_TRUE(client.send(sent));
          const auto answer = client.read_response();
          ASSERT_TRUE(answer) << sent;
          EXPECT_EQ(answer->status, path == "/few" ? 308U : 307U) << sent;
          EXPECT_EQ(answer->header("Connection"), "close") << sent;
          client.finish_sending();
          EXPECT_TRUE(client.is_closed()) << sent;
        }
      }
    }
  }
}

TEST_F(BodiesOfRedirects, EndTheConnectionOfARefusalToo) {
  for (const auto& [path, status] :
       {std::pair{"/other", 405U}, {"/none", 404U}, {"/none/", 404U}, {"/n%ne", 404U}}) {
    RawClient client{port()};
    ASSERT_TRUE(client.send(head("POST", path, "Content-Length: 10000000\r\nExpect: 100-continue\r\n")));
    const auto answer = client.read_response();
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, status) << path;
    EXPECT_EQ(answer->header("Connection"), "close") << path;
    EXPECT_EQ(answer->header("Allow"), status == 405U ? "GET, HEAD, OPTIONS" : "") << path;
  }
}

TEST_F(BodiesOfRedirects, OfTenMegabytesAreTakenUntilTheClientLooksForItsAnswer) {
  std::string body;
  body.resize(10'000'000, 'b');
  for (const std::string path : {"/kept", "/few"}) {
    RawClient client{port()};
    ASSERT_TRUE(client.send(head("POST", path, fmt::format("Content-Length: {}\r\n", body.size()))));
    ASSERT_TRUE(client.send(body)) << "the client is not reset while it sends";
    const auto answer = client.read_response();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, path == "/few" ? 308U : 307U);
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(BodiesOfRedirects, InChunksAreTakenUntilTheClientLooksForItsAnswer) {
  RawClient client{port()};
  ASSERT_TRUE(client.send(head("PUT", "/kept", "Transfer-Encoding: chunked\r\n")));
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'c') + "\r\n";
  for (int i = 0; i < 160; ++i) ASSERT_TRUE(client.send(chunk));
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  const auto answer = client.read_response();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 307U);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(BodiesOfRedirects, HideNoRequest) {
  const std::string hidden = "DELETE /api/v1/links/other HTTP/1.1\r\nHost: sho.rt\r\n\r\n";
  for (const std::string path : {"/kept", "/few", "/kept/", "/other", "/none"}) {
    for (const std::string& lines :
         {fmt::format("Content-Length: {}\r\n", hidden.size()), std::string{"Content-Length: 3\r\n"},
          std::string{"Transfer-Encoding: chunked\r\n"}, std::string{"Content-Length: 10000000\r\n"}}) {
      for (const std::string& body : {hidden, "abc" + hidden, "3\r\nabc\r\n0\r\n\r\n" + hidden}) {
        RawClient client{port()};
        ASSERT_TRUE(client.send(head("POST", path, lines) + body));
        client.finish_sending();
        const auto all = client.read_until_close();
        ASSERT_TRUE(all);
        EXPECT_EQ(all->find("HTTP/1.1", 1), std::string::npos) << "one answer: " << *all;
      }
    }
  }
  const auto there = test::exchange(port(), head("GET", "/other", ""));
  ASSERT_TRUE(there);
  EXPECT_EQ(there->status, 302U);
}

TEST_F(BodiesOfRedirects, ThatAreNotThereLeaveTheConnectionOpen) {
  RawClient client{port()};
  for (const std::string method : {"POST", "PUT", "PROPFIND", "GET", "HEAD", "DELETE"}) {
    for (const std::string lines : {"", "Content-Length: 0\r\n", "Expect: 100-continue\r\n"}) {
      ASSERT_TRUE(client.send(head(method, "/kept", lines) + head(method, "/few/", lines)));
      for (const unsigned status : {307U, 308U}) {
        const auto answer = client.read_response(method == "HEAD" ? test::Body::none : test::Body::follows);
        ASSERT_TRUE(answer) << method << lines;
        EXPECT_EQ(answer->status, status) << method << lines;
        EXPECT_EQ(answer->header("Connection"), "") << method << lines;
      }
    }
  }
}

TEST_F(BodiesOfRedirects, AreAnsweredAfterTheRequestsBeforeThem) {
  RawClient client{port()};
  ASSERT_TRUE(client.send(head("GET", "/other", "") + head("POST", "/kept", "") +
                          head("POST", "/few", "Content-Length: 3\r\n") + "abc" + head("GET", "/other", "")));
  for (const unsigned status : {302U, 307U, 308U}) {
    const auto answer = client.read_response();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, status);
  }
  client.finish_sending();
  EXPECT_TRUE(client.is_closed()) << "what follows a body that was not read is no request";
}

TEST_F(BodiesOfRedirects, OfHttp10AreNotReadEither) {
  for (const std::string keep : {"", "Connection: keep-alive\r\n"}) {
    RawClient client{port()};
    ASSERT_TRUE(client.send(head("POST", "/kept", "Content-Length: 5\r\n" + keep, "1.0") + "hello" +
                            head("GET", "/other", "")));
    const auto answer = client.read_response();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 307U);
    EXPECT_EQ(answer->header("Connection"), "close");
    client.finish_sending();
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(BodiesOfRedirects, AreRefusedWhereNobodyCanTellWhereTheyEnd) {
  for (const auto& [lines, status] : {std::pair{"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400U},
                                      {"Content-Length: 5\r\nContent-Length: 6\r\n", 400U},
                                      {"Content-Length: x\r\n", 400U},
                                      {"Transfer-Encoding: gzip, chunked\r\n", 501U},
                                      {"Content-Length: 5\r\nExpect: something\r\n", 417U}}) {
    const auto answer = test::exchange(port(), head("POST", "/kept", lines));
    ASSERT_TRUE(answer) << lines;
    EXPECT_EQ(answer->status, status) << lines;
  }
}

TEST_F(BodiesOfRedirects, DoNotBringTraceAndConnectToALink) {
  for (const std::string method : {"TRACE", "CONNECT"}) {
    for (const std::string lines : {"", "Content-Length: 5\r\n"}) {
      const auto answer = test::exchange(port(), head(method, "/kept", lines));
      ASSERT_TRUE(answer) << method;
      EXPECT_EQ(answer->status, 501U) << method;
    }
  }
}

}  // namespace
}  // namespace curt::api
