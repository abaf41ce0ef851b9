#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http/limits.hpp"
#include "support/eventually.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"
#include "support/patience.hpp"

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

/// A client that has sent these bytes, and the first response to them. What a busy machine sends after the
/// timeout comes from a silent connection, which is closed without a word: then another client sends it.
class HeardClient {
 public:
  HeardClient(const TestServer& server, std::string_view bytes) {
    EXPECT_TRUE(eventually([&] {
      client_.emplace(server.port());
      if (client_->send(bytes)) response_ = client_->read_response();
      return response_.has_value();
    }));
  }

  RawClient* operator->() { return &*client_; }
  [[nodiscard]] const std::optional<RawResponse>& response() const { return response_; }
  void read_another() { response_ = client_->read_response(); }

  void expect_request_timeout() {
    ASSERT_TRUE(response_);
    EXPECT_EQ(response_->status, 408U);
    EXPECT_EQ(nlohmann::json::parse(response_->body)["code"], "request_timeout");
    EXPECT_EQ(response_->header("Connection"), "close");
    EXPECT_TRUE(client_->is_closed());
  }

 private:
  std::optional<RawClient> client_;
  std::optional<RawResponse> response_;
};

/// A short time to take an answer, and no more for a large one.
ServerOptions with_short_writes() {
  ServerOptions options = with_short(&ServerOptions::write_timeout);
  options.slowest_reader = std::size_t{1} << 40U;
  return options;
}

/// The bytes that wait in the kernel to be sent from this port of 127.0.0.1, of each connection that has some
/// (proc(5): /proc/net/tcp).
std::vector<std::size_t> unsent_by(std::uint16_t port) {
  std::vector<std::size_t> found;
  std::ifstream table{"/proc/net/tcp"};
  for (std::string line; std::getline(table, line);) {
    unsigned local_port = 0;
    std::size_t unsent = 0;
    // NOLINTNEXTLINE(cert-err34-c): the kernel writes what is read
    const int read = std::sscanf(line.c_str(), " %*d: %*x:%x %*x:%*x %*x %zx:", &local_port, &unsent);
    if (read == 2 && local_port == port && unsent > 0) found.push_back(unsent);
  }
  return found;
}

TEST(ServerLimits, AHeadThatDoesNotEndInTimeIsAnsweredWith408) {
  TestServer server{with_short(&ServerOptions::head_timeout)};
  HeardClient client{server, "GET /health/live HTTP/1.1\r\nHos"};
  client.expect_request_timeout();
  EXPECT_GE(std::stoi(metric(server, "curt_http_connections_timed_out_total")), 1);
}

TEST(ServerLimits, AHeadThatTricklesInIsAnsweredWith408AllTheSame) {
  TestServer server{with_short(&ServerOptions::head_timeout)};
  std::optional<RawResponse> response;
  ASSERT_TRUE(eventually([&] {
    RawClient client{server.port()};
    bool sent = client.send("GET /");
    for (std::size_t i = 0; sent && i < http::kMaxTarget && !client.hears_within(10ms); ++i) {
      sent = client.send("a");
    }
    response = client.read_response();
    return response.has_value();
  }));
  EXPECT_EQ(response->status, 408U);
}

TEST(ServerLimits, ABodyThatDoesNotEndInTimeIsAnsweredWith408) {
  TestServer server{with_short(&ServerOptions::body_timeout)};
  HeardClient client{server, "POST /shorten HTTP/1.1\r\nHost: curt.test\r\nContent-Length: 50\r\n\r\nhello"};
  client.expect_request_timeout();
}

TEST(ServerLimits, ASlowHeadBehindAnAnswerIsAnsweredWith408) {
  TestServer server{with_short(&ServerOptions::head_timeout)};
  HeardClient client{server, get("/health/live") + "GET /"};
  ASSERT_TRUE(client.response());
  EXPECT_EQ(client.response()->status, 200U);
  client.read_another();
  client.expect_request_timeout();
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
  options.head_timeout = options.body_timeout = options.write_timeout = options.idle_timeout;
  TestServer server{options};
  std::optional<RawClient> waiting;
  ASSERT_TRUE(eventually([&] {
    waiting.emplace(server.port());
    if (!waiting->send(get("/wait"))) return false;
    // The other end of it: a busy machine has sent it after the timeout.
    return eventually([&] { return server.service.waiting() == 1 || waiting->hears_within(0ms); }) &&
           server.service.waiting() == 1;
  }));
  for (int i = 0; i < 4; ++i) {  // each is closed by a sweep of its own
    RawClient idle{server.port()};
    EXPECT_TRUE(idle.is_closed());
  }
  server.service.release();
  const auto response = waiting->read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "waited\n");
}

TEST(ServerLimits, AClientThatDoesNotReadItsAnswerIsCut) {
  TestServer server{with_short_writes()};
  constexpr int kSmallReceiveBuffer = 4096;
  RawClient client{server.port(), "127.0.0.1", kSmallReceiveBuffer};
  // More than the socket buffers hold.
  std::string requests;
  for (int i = 0; i < 8; ++i) requests += get("/big");
  ASSERT_TRUE(client.send(requests));
  EXPECT_TRUE(eventually([&] { return metric(server, "curt_http_connections_timed_out_total") == "1"; }));
  EXPECT_TRUE(eventually([&] { return server.server_metrics.connections.value() == 0; }));
}

TEST(ServerLimits, AClientThatReadsAByteNowAndThenIsCutAllTheSame) {
  TestServer server{with_short_writes()};
  constexpr int kSmallReceiveBuffer = 4096;
  RawClient client{server.port(), "127.0.0.1", kSmallReceiveBuffer};
  ASSERT_TRUE(client.send(get("/big")));
  EXPECT_TRUE(eventually([&] {
    client.read_some(2048);
    return metric(server, "curt_http_connections_timed_out_total") == "1";
  }));
}

/// Waits until the server has looked for connections that have taken too long: it closes an idle one then.
void await_sweep(const TestServer& server) {
  RawClient idle{server.port()};
  EXPECT_TRUE(idle.send(get("/health/live")));
  EXPECT_TRUE(idle.read_response());
  EXPECT_TRUE(idle.is_closed());
}

TEST(ServerLimits, AClientHasMoreTimeForALargeAnswerThanForASmallOne) {
  ServerOptions options = patient_options();
  options.write_timeout = 10ms;
  options.idle_timeout = 10ms;
  TestServer server{options};
  RawClient client{server.port(), "127.0.0.1", 4096};
  ASSERT_TRUE(client.send(get("/big")));
  ASSERT_TRUE(client.hears_within(patience()));
  await_sweep(server);
  await_sweep(server);
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.size(), EchoService::kBigSize);
}

TEST(ServerLimits, TheKernelHoldsLittleForAClientThatDoesNotRead) {
  TestServer server;
  std::vector<RawClient> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back(server.port(), "127.0.0.1", 4096);
    ASSERT_TRUE(clients.back().send(get("/big") + get("/big")));
  }
  EXPECT_TRUE(eventually([&] { return unsent_by(server.port()).size() == clients.size(); }));
  // The one core answers this when it has written to each as much as its socket took.
  EXPECT_EQ(exchange(server.port(), get("/health/live"))->status, 200U);
  constexpr std::size_t kMuch = 256 * 1024;  // with what a segment needs; the answers are 2 MiB each
  for (const std::size_t unsent : unsent_by(server.port())) EXPECT_LT(unsent, kMuch);
}

TEST(ServerLimits, TheConnectionBeyondTheCapIsToldAndTheServerRecovers) {
  ServerOptions options = patient_options();
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
  EXPECT_THAT(response->header("Retry-After"), testing::AnyOf("1", "2", "3"));
  EXPECT_EQ(nlohmann::json::parse(response->body)["code"], "overloaded");
  EXPECT_TRUE(refused.is_closed()) << "the length of the body is right";
  EXPECT_EQ(metric(server, "curt_http_connections_refused_total"), "1");

  ASSERT_TRUE(clients.back().send(get("/health/live", "Connection: close\r\n")));
  EXPECT_EQ(clients.back().read_response()->status, 200U);
  EXPECT_TRUE(clients.back().is_closed());
  clients.pop_back();
  EXPECT_TRUE(eventually([&] {
    const auto again = exchange(server.port(), get("/health/live"));
    return again && again->status == 200U;
  }));
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
  server.server.stop(patience());
  EXPECT_EQ(server.server_metrics.connections.value(), 0);
  EXPECT_EQ(server.server_metrics.in_flight.value(), 0);
}

TEST(ServerLimits, TheClientIsSeenThroughATrustedProxyOnly) {
  ServerOptions trusting = patient_options();
  trusting.trusted_proxies.add("127.0.0.0/8");
  TestServer behind_proxy{trusting};
  TestServer alone;
  const std::string request = get("/about", "X-Forwarded-For: 203.0.113.9, 198.51.100.1\r\n");
  EXPECT_NE(exchange(behind_proxy.port(), request)->body.find("client=198.51.100.1\n"), std::string::npos);
  EXPECT_NE(exchange(alone.port(), request)->body.find("client=127.0.0.1\n"), std::string::npos);
}

}  // namespace
}  // namespace curt::test
