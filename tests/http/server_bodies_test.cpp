#include <cstdio>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "http/limits.hpp"
#include "support/eventually.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"

namespace curt::test {
namespace {

using ServerBodies = SharedServer;

TEST_F(ServerBodies, ReadsChunkedBodies) {
  const auto response =
      exchange(port(),
               "POST /shorten HTTP/1.1\r\nHost: curt.test\r\nTransfer-Encoding: chunked\r\n\r\n"
               "5\r\nhello\r\n6;x=y\r\n, you!\r\n0\r\nX-T: x\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello, you!");
}

TEST_F(ServerBodies, ReadsABodyOfTheLargestSizeBehindALargeHead) {
  const std::string body(http::kMaxBody, 'b');
  const std::string padding = "X-Padding: " + std::string(15'000, 'p') + "\r\n";
  RawClient client{port()};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(client.send(post("/shorten", body, padding)));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, body);
  }
}

TEST_F(ServerBodies, KeepsTheHeadWhileABodyArrivesInPieces) {
  const TestServer server{trusting_options()};
  RawClient client{server.port()};
  std::string expected;
  ASSERT_TRUE(
      client.send("POST /shorten HTTP/1.1\r\nHost: curt.test\r\nX-Request-Id: my-own-id\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n"));
  for (int i = 0; i < 1000; ++i) {
    const std::string piece = "chunk " + std::to_string(i) + ";";
    char size[8];
    std::snprintf(size, sizeof size, "%zx", piece.size());
    ASSERT_TRUE(client.send(std::string{size} + "\r\n" + piece + "\r\n"));
    expected += piece;
  }
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->header("X-Request-Id"), "my-own-id");
  EXPECT_EQ(response->body, expected);
}

TEST_F(ServerBodies, SaysContinueBeforeTheBodyIsSent) {
  RawClient client{port()};
  ASSERT_TRUE(client.send(
      "POST /shorten HTTP/1.1\r\nHost: curt.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
  EXPECT_EQ(client.read_response()->status, 100U);
  ASSERT_TRUE(client.send("hello"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200U);
  EXPECT_EQ(response->body, "hello");
}

TEST_F(ServerBodies, SaysNoContinueWhereTheBodyIsThereAlready) {
  const auto response = exchange(port(), post("/shorten", "hello", "Expect: 100-continue\r\n"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200U);
}

TEST_F(ServerBodies, SaysNoContinueWhereItRefuses) {
  for (const auto& [path, length, status] : {std::tuple{"/private", "5", 401U},
                                             {"/nowhere", "5", 404U},
                                             {"/shorten", "65537", 413U},
                                             {"/private", "10000000", 401U},
                                             {"/nowhere", "10000000", 404U},
                                             {"/about", "10000000", 405U}}) {
    RawClient client{port()};
    ASSERT_TRUE(client.send(std::string{"POST "} + path +
                            " HTTP/1.1\r\nHost: curt.test\r\nExpect: 100-continue\r\n" +
                            "Content-Length: " + length + "\r\n\r\n"));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, status) << path;
    EXPECT_EQ(response->header("Connection"), "close") << path;
    client.finish_sending();
    EXPECT_TRUE(client.is_closed()) << path;
  }
}

TEST_F(ServerBodies, LetsTheClientSeeARefusalThatCameWhileItWasSending) {
  RawClient client{port()};
  ASSERT_TRUE(client.send("POST /private HTTP/1.1\r\nHost: curt.test\r\nTransfer-Encoding: chunked\r\n\r\n"));
  ASSERT_TRUE(client.send(std::string(500'000, 'b')));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 401U);
}

TEST_F(ServerBodies, LetsTheClientSeeARefusalOfALargeBodyThatItSendsWholeFirst) {
  std::string body;
  body.resize(10'000'000, 'b');
  RawClient client{port()};
  ASSERT_TRUE(client.send("POST /private HTTP/1.1\r\nHost: curt.test\r\nContent-Length: 10000000\r\n\r\n"));
  ASSERT_TRUE(client.send(body));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 401U);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerBodies, TakesWhatNobodyWantsForABodysTimeAtMost) {
  const TestServer server{with_short(&http::ServerOptions::body_timeout)};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send("POST /private HTTP/1.1\r\nHost: curt.test\r\nContent-Length: 1000000\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return !client.send("b"); })) << "however steadily it comes";
}

TEST_F(ServerBodies, RefusesChunksThatAddUpToTooMuch) {
  RawClient client{port()};
  ASSERT_TRUE(client.send("POST /shorten HTTP/1.1\r\nHost: curt.test\r\nTransfer-Encoding: chunked\r\n\r\n"));
  for (int i = 0; i < 65; ++i) client.send("400\r\n" + std::string(1024, 'c') + "\r\n");
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413U);
}

TEST_F(ServerBodies, HasRoomForTheLargestHeadWithTheLargestTrailers) {
  RawClient client{port()};
  ASSERT_TRUE(client.send("POST /shorten HTTP/1.1\r\nHost: curt.test\r\nTransfer-Encoding: chunked\r\nX: " +
                          std::string(16'000, 'h') + "\r\n\r\n"));
  ASSERT_TRUE(client.send("5\r\nhello\r\n0\r\nX: " + std::string(16'000, 't') + "\r\n\r\n"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200U);
  EXPECT_EQ(response->body, "hello");
}

}  // namespace
}  // namespace curt::test
