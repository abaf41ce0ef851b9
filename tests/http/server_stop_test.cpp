#include <future>
#include <optional>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/eventually.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"
#include "support/patience.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;

std::future<void> stop_in_background(TestServer& server, http::SteadyClock::duration grace) {
  return std::async(std::launch::async, [&server, grace] { server.server.stop(grace); });
}

/// Whether the kernel lets this process filter what comes to a TCP socket: newer ones want CAP_NET_ADMIN for
/// it, which root in a container does not have.
bool may_filter_connections() {
  sock_filter all{BPF_RET | BPF_K, 0, 0, 0xffffffff};
  const sock_fprog filter{1, &all};
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const int result = ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
  ::close(socket);
  return result == 0;
}

TEST(ServerStop, FinishesWhatIsInFlightAndClosesIdleConnections) {
  TestServer server;
  RawClient idle{server.port()};
  ASSERT_TRUE(idle.send(get("/health/live")));
  EXPECT_EQ(idle.read_response()->status, 200U);
  RawClient waiting{server.port()};
  RawClient posting{server.port()};
  ASSERT_TRUE(waiting.send(get("/wait")));
  ASSERT_TRUE(posting.send(post("/wait", "my body")));
  server.service.await_waiting(2);

  auto stopped = stop_in_background(server, patience());
  EXPECT_TRUE(idle.is_closed());
  server.service.release();
  const auto response = waiting.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "waited\n");
  EXPECT_EQ(response->header("Connection"), "close");
  EXPECT_EQ(posting.read_response()->body, "my body");
  EXPECT_TRUE(waiting.is_closed());
  EXPECT_TRUE(posting.is_closed());
  for (RawClient* client : {&idle, &waiting, &posting}) client->hang_up();
  stopped.get();
  EXPECT_EQ(server.server_metrics.connections.value(), 0);
}

TEST(ServerStop, AcceptsNobodyAnyMore) {
  TestServer server;
  const std::uint16_t port = server.port();
  server.server.stop(patience());
  EXPECT_THROW(RawClient{port}, std::system_error);
}

TEST(ServerDrain, KeepsEveryConnectionUntilItsNextAnswer) {
  TestServer server;
  RawClient idle{server.port()};
  ASSERT_TRUE(idle.send(get("/health/live")));
  EXPECT_EQ(idle.read_response()->header("Connection"), "");
  server.server.drain();
  EXPECT_FALSE(idle.hears_within(600ms));  // two sweeps of timeouts
  RawClient newcomer{server.port()};
  for (RawClient* client : {&idle, &newcomer}) {
    ASSERT_TRUE(client->send(get("/health/live") + get("/health/live")));
    const auto response = client->read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200U);
    EXPECT_EQ(response->header("Connection"), "close");
    EXPECT_TRUE(client->is_closed());
    client->hang_up();
  }
}

TEST(ServerStop, AnswersTheFirstRequestOfAClientThatHasJustConnected) {
  http::ServerOptions options = patient_options();
  options.first_request_time = 1h;
  TestServer server{options};
  RawClient client{server.port()};
  auto stopped = stop_in_background(server, patience());
  ASSERT_TRUE(client.send(get("/health/live")));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200U);
  client.hang_up();
  stopped.get();
}

TEST(ServerStop, RefusesAndNeverResetsWhoConnectsInTheLastMoment) {
  if (!may_filter_connections())
    GTEST_SKIP() << "this kernel wants CAP_NET_ADMIN for a filter of connections";
  TestServer server;
  const std::uint16_t port = server.port();
  server.server.turn_away(0ms);
  auto connecting = std::async(std::launch::async, [port] { RawClient{port}; });
  EXPECT_EQ(connecting.wait_for(200ms), std::future_status::timeout) << "the kernel asks again later";
  server.server.stop(patience());
  try {
    connecting.get();
    ADD_FAILURE() << "nobody is there any more";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::connection_refused);
  }
}

TEST(ServerStop, TakesABodyThatIsStillArriving) {
  TestServer server;
  RawClient client{server.port()};
  ASSERT_TRUE(client.send(
      "POST /shorten HTTP/1.1\r\nHost: curt.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
  EXPECT_EQ(client.read_response()->status, 100U);
  RawClient idle{server.port()};
  ASSERT_TRUE(idle.send(get("/health/live")));
  EXPECT_EQ(idle.read_response()->status, 200U);
  auto stopped = stop_in_background(server, patience());
  EXPECT_TRUE(idle.is_closed());
  ASSERT_TRUE(client.send("hello"));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello");
  EXPECT_TRUE(client.is_closed());
  client.hang_up();
  stopped.get();
}

TEST(ServerStop, WaitsForNobodyWhoGoesOnSendingAfterItsAnswer) {
  TestServer server;
  RawClient client{server.port()};
  ASSERT_TRUE(client.send("POST /private HTTP/1.1\r\nHost: curt.test\r\nContent-Length: 1000000\r\n\r\n"));
  ASSERT_TRUE(client.read_response());
  auto stopped = stop_in_background(server, 2 * patience());
  EXPECT_TRUE(eventually([&] {
    client.send("b");
    return stopped.wait_for(0s) == std::future_status::ready;
  }));
}

TEST(ServerStop, CutsWhatLastsLongerThanTheGrace) {
  TestServer server;
  RawClient slow{server.port()};
  ASSERT_TRUE(slow.send("GET /health/li"));
  RawClient not_reading{server.port(), "127.0.0.1", 4096};
  ASSERT_TRUE(not_reading.send(get("/big") + get("/big") + get("/big") + get("/big")));
  ASSERT_EQ(exchange(server.port(), get("/health/live"))->status, 200U);
  server.server.stop(100ms);  // long before a timeout ends them
  EXPECT_TRUE(slow.is_closed());
  EXPECT_EQ(server.server_metrics.connections.value(), 0);
}

TEST(ServerStop, IsDoneByTheDestructorToo) {
  std::optional<TestServer> server{std::in_place};
  RawClient client{server->port()};
  ASSERT_TRUE(client.send(get("/health/live")));
  EXPECT_EQ(client.read_response()->status, 200U);
  server.reset();
  EXPECT_TRUE(client.is_closed());
}

/// Containers often have none.
bool has_ipv6() {
  net::io_context context;
  boost::system::error_code error;
  net::ip::tcp::acceptor acceptor{context};
  const net::ip::tcp::endpoint loopback{net::ip::make_address("::1"), 0};
  acceptor.open(loopback.protocol(), error);
  if (!error) acceptor.bind(loopback, error);
  return !error;
}

TEST(ServerListen, TakesIpv6) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  TestServer server{patient_options(), "::1"};
  RawClient client{server.port(), "::1"};
  ASSERT_TRUE(client.send(get("/about")));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_NE(response->body.find("client=::1\n"), std::string::npos);
}

TEST(ServerListen, TakesSeveralAddresses) {
  http::ServerOptions options = patient_options();
  options.listen.emplace_back(net::ip::make_address("127.0.0.1"), std::uint16_t{0});
  options.listen.emplace_back(net::ip::make_address("127.0.0.2"), std::uint16_t{0});
  TestServer server{options};
  ASSERT_EQ(server.server.endpoints().size(), 2U);
  RawClient first{server.server.endpoints()[0].port(), "127.0.0.1"};
  RawClient second{server.server.endpoints()[1].port(), "127.0.0.2"};
  for (RawClient* client : {&first, &second}) {
    ASSERT_TRUE(client->send(get("/health/live")));
    EXPECT_EQ(client->read_response()->status, 200U);
  }
}

TEST(ServerListen, SaysClearlyThatThePortIsTaken) {
  TestServer first;
  EchoService service;
  Metrics metrics;
  const http::ServerMetrics server_metrics{metrics, service.route_names()};
  http::ServerOptions options;
  options.listen.push_back(first.server.endpoints().front());
  http::Server second{options, service, server_metrics, nullptr};
  const auto listening = second.listen();
  ASSERT_FALSE(listening);
  const std::string expected = "cannot listen on 127.0.0.1:" + std::to_string(first.port()) +
                               ": Address already in use; another process listens there";
  EXPECT_EQ(listening.error().detail, expected);
}

TEST(ServerListen, SaysClearlyThatTheAddressIsNotHere) {
  EchoService service;
  Metrics metrics;
  const http::ServerMetrics server_metrics{metrics, service.route_names()};
  http::ServerOptions options;
  options.listen.emplace_back(net::ip::make_address("192.0.2.1"), std::uint16_t{0});
  http::Server server{options, service, server_metrics, nullptr};
  const auto listening = server.listen();
  ASSERT_FALSE(listening);
  EXPECT_TRUE(listening.error().detail.starts_with("cannot listen on 192.0.2.1:0: "))
      << listening.error().detail;
}

}  // namespace
}  // namespace curt::test
