#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "curt/http/server.hpp"
#include "curt/http/server_metrics.hpp"

#include "support/http/http_fixture.hpp"
#include "support/http/keyed_api.hpp"
#include "support/http/raw_client.hpp"

namespace curt::api {
namespace {

using test::KeyedApi;
using test::RawClient;
using test::RawResponse;

/// The API where keys are asked for, behind a server.
class BodiesOfTheApi : public testing::Test {
 protected:
  BodiesOfTheApi() {
    server_.listen().value();
    server_.start();
  }

  static http::ServerOptions on_a_free_port() {
    http::ServerOptions options = test::patient_options();
    options.listen.emplace_back(net::ip::make_address("127.0.0.1"), std::uint16_t{0});
    return options;
  }

  /// The answer to the head of POST /shorten with these lines; nothing of its body is sent.
  std::optional<RawResponse> post(RawClient& client, std::string_view lines) {
    if (!client.send("POST /shorten HTTP/1.1\r\nHost: sho.rt\r\nContent-Type: application/json\r\n" +
                     std::string{lines} + "\r\n")) {
      return std::nullopt;
    }
    return client.read_response();
  }

  KeyedApi api_;
  const http::ServerMetrics metrics_{api_.metrics, api_.service().route_names()};
  http::Server server_{on_a_free_port(), api_.service(), metrics_, nullptr};
};

TEST_F(BodiesOfTheApi, AreNotReadFromThoseWhoMayNotSendThem) {
  const std::string reader = api_.key({"links:read"});
  const auto status_of = [&](const std::string& lines) {
    RawClient client{server_.endpoints().front().port()};
    const auto answer = post(client, lines);
    EXPECT_TRUE(answer) << lines;
    if (!answer) return 0U;
    EXPECT_EQ(answer->header("Connection"), "close") << lines;
    client.finish_sending();
    EXPECT_TRUE(client.is_closed()) << lines << ": no 100 came before, and nothing after";
    return answer->status;
  };
  for (const std::string body :
       {"Content-Length: 10000000\r\n", "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"}) {
    for (const std::string expect : {"", "Expect: 100-continue\r\n"}) {
      EXPECT_EQ(status_of(body + expect), 401U) << body;
      EXPECT_EQ(status_of(body + expect + "X-Api-Key: garbage\r\n"), 401U) << body;
      EXPECT_EQ(status_of(body + expect + "Authorization: Bearer " + reader + "\r\n"), 403U) << body;
    }
  }
  EXPECT_EQ(status_of("Content-Length: 10000000\r\nX-Api-Key: " + api_.admin + "\r\n"), 413U);
}

TEST_F(BodiesOfTheApi, AreReadFromThoseWhoMaySendThem) {
  RawClient client{server_.endpoints().front().port()};
  const std::string body = R"({"url":"https://example.com/"})";
  const auto go_on = post(client, "Content-Length: " + std::to_string(body.size()) +
                                      "\r\nExpect: 100-continue\r\nX-Api-Key: " + api_.admin + "\r\n");
  ASSERT_TRUE(go_on);
  EXPECT_EQ(go_on->status, 100U);
  ASSERT_TRUE(client.send(body));
  const auto made = client.read_response();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->status, 201U) << made->body;
}

}  // namespace
}  // namespace curt::api
