#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http/limits.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using http::ServerOptions;

std::string metric(const TestServer& server, const std::string& name) {
  const std::string text = server.metrics.to_text();
  const std::size_t at = text.find('\n' + name + ' ');
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

void expect_request_timeout(RawClient& client) {
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 408U);
  EXPECT_EQ(nlohmann::json::parse(response->body)["code"], "request_timeout");
  EXPECT_EQ(response->header("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST(ServerLimits, AHeadThatDoesNotEndInTimeIsAnsweredWith408) {
  TestServer server{with_short(&ServerOptions::head_timeout)};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send("GET /health/live HTTP/1.1\r\nHos"));
  expect_request_timeout(client);
  EXPECT_EQ(metric(server, "curt_http_connections_timed_out_total"), "1");
}

TEST(ServerLimits, AHeadThatTricklesInIsAnsweredWith408AllTheSame) {
  TestServer server{with_short(&ServerOptions::head_timeout)};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send("GET /"));
  for (std::size_t sent = 0; sent < http::kMaxTarget && !client.hears_within(10ms); ++sent) {
    ASSERT_TRUE(client.send("a"));
  }
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 408U);
}

TEST(ServerLimits, ABodyThatDoesNotEndInTimeIsAnsweredWith408) {
  TestServer server{with_short(&ServerOptions::body_timeout)};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send("POST /shorten HTTP/1.1\r\nHost: curt.test\r\nContent-Length: 50\r\n\r\nhello"));
  expect_request_timeout(client);
}

TEST(ServerLimits, ASlowHeadBehindAnAnswerIsAnsweredWith408) {
  TestServer server{with_short(&ServerOptions::head_timeout)};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send(get("/health/live") + "GET /"));
  EXPECT_EQ(client.read_response()->status, 200U);
  expect_request_timeout(client);
}

TEST(ServerLimits, AnIdleConnectionIsClosedWithoutAWord) {
  TestServer server{with_short(&ServerOptions::idle_timeout)};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send(get("/health/live")));
  EXPECT_EQ(client.read_response()->status, 200U);
  EXPECT_TRUE(client.is_closed());
}

TEST(ServerLimits, AConnectionWithoutAByteIsClosedWithoutAWord) {
  TestServer server{with_short(&ServerOptions::head_timeout)};
  RawClient client{server.port()};
  EXPECT_TRUE(client.is_closed());
}

TEST(ServerLimits, ARequestThatWaitsForItsAnswerIsNotIdle) {
  ServerOptions options = with_short(&ServerOptions::idle_timeout);
  options.head_timeout = options.body_timeout = options.write_timeout = 500ms;
  TestServer server{options};
  RawClient waiting{server.port()};
  ASSERT_TRUE(waiting.send(get("/wait")));
  server.service.await_waiting(1);
  for (int i = 0; i < 4; ++i) {  // each is closed by a sweep of its own
    RawClient idle{server.port()};
    EXPECT_TRUE(idle.is_closed());
  }
  server.service.release();
  const auto response = waiting.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "waited\n");
}

TEST(ServerLimits, AClientThatDoesNotReadItsAnswerIsCut) {
  TestServer server{with_short(&ServerOptions::write_timeout)};
  constexpr int kSmallReceiveBuffer = 4096;
  RawClient client{server.port(), "127.0.0.1", kSmallReceiveBuffer};
  // More than the socket buffers hold.
  std::string requests;
  for (int i = 0; i < 8; ++i) requests += get("/big");
  ASSERT_TRUE(client.send(requests));
  const auto give_up = std::chrono::steady_clock::now() + RawClient::kPatience;
  while (server.server_metrics.connections.value() != 1 && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  while (server.server_metrics.connections.value() != 0 && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server.server_metrics.connections.value(), 0);
  EXPECT_EQ(metric(server, "curt_http_connections_timed_out_total"), "1");
}

TEST(ServerLimits, TheConnectionBeyondTheCapIsToldAndTheServerRecovers) {
  ServerOptions options;
  options.max_connections = 3;
  TestServer server{options};
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < options.max_connections; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().send(get("/health/live")));
    EXPECT_EQ(clients.back().read_response()->status, 200U);
  }
  RawClient refused{server.port()};
  const auto response = refused.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503U);
  EXPECT_EQ(response->header("Retry-After"), "1");
  EXPECT_EQ(nlohmann::json::parse(response->body)["code"], "overloaded");
  EXPECT_TRUE(refused.is_closed()) << "the length of the body is right";
  EXPECT_EQ(metric(server, "curt_http_connections_refused_total"), "1");

  ASSERT_TRUE(clients.back().send(get("/health/live", "Connection: close\r\n")));
  EXPECT_EQ(clients.back().read_response()->status, 200U);
  EXPECT_TRUE(clients.back().is_closed());
  clients.pop_back();
  const auto give_up = std::chrono::steady_clock::now() + RawClient::kPatience;
  unsigned status = 0;
  while (status != 200U && std::chrono::steady_clock::now() < give_up) {
    const auto again = exchange(server.port(), get("/health/live"));
    status = again ? again->status : 0;
  }
  EXPECT_EQ(status, 200U);
}

TEST(ServerLimits, ClientsThatVanishLeaveNothingBehind) {
  TestServer server;
  {
    RawClient mid_head{server.port()};
    RawClient mid_body{server.port()};
    RawClient mid_answer{server.port(), "127.0.0.1", 4096};
    RawClient waiting{server.port()};
    ASSERT_TRUE(mid_head.send("GET /health/li"));
    ASSERT_TRUE(
        mid_body.send("POST /shorten HTTP/1.1\r\nHost: curt.test\r\nContent-Length: 50\r\n\r\nhello"));
    ASSERT_TRUE(mid_answer.send(get("/big") + get("/big") + get("/big") + get("/big")));
    ASSERT_TRUE(waiting.send(get("/wait")));
    server.service.await_waiting(1);
    mid_head.reset();
    mid_body.reset();
    mid_answer.reset();
    waiting.reset();
  }
  server.service.release();
  EXPECT_EQ(exchange(server.port(), get("/health/live"))->status, 200U);
  server.server.stop(RawClient::kPatience);
  EXPECT_EQ(server.server_metrics.connections.value(), 0);
  EXPECT_EQ(server.server_metrics.in_flight.value(), 0);
}

TEST(ServerLimits, TheClientIsSeenThroughATrustedProxyOnly) {
  ServerOptions trusting;
  trusting.trusted_proxies.add("127.0.0.0/8");
  TestServer behind_proxy{trusting};
  TestServer alone;
  const std::string request = get("/about", "X-Forwarded-For: 203.0.113.9, 198.51.100.1\r\n");
  EXPECT_NE(exchange(behind_proxy.port(), request)->body.find("client=198.51.100.1\n"), std::string::npos);
  EXPECT_NE(exchange(alone.port(), request)->body.find("client=127.0.0.1\n"), std::string::npos);
}

}  // namespace
}  // namespace curt::test
