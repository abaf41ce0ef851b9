#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"
#include "support/metric_value.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;

http::ServerOptions with_head_timeout(std::chrono::milliseconds time) {
  http::ServerOptions options = patient_options();
  options.head_timeout = time;
  return options;
}

TEST(ConnectionTimeouts, HoldForMoreConnectionsThanAreLookedAtInARow) {
  TestServer server{with_head_timeout(10ms)};
  std::vector<RawClient> clients;
  for (int i = 0; i < 300; ++i) clients.emplace_back(server.port());
  for (RawClient& client : clients) EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(metric_value(server.metrics, "curt_http_connections_timed_out_total"), "300");
}

TEST(ConnectionTimeouts, OfAHeadHoldBehindAnswersThatWereReadLate) {
  TestServer server{with_head_timeout(1s)};
  constexpr int kMany = 3000;  // more answers than the socket buffers hold
  std::string requests;
  for (int i = 0; i < kMany; ++i) requests += get("/health/live");
  requests += "GET /health/li";
  std::optional<RawClient> client;
  EXPECT_TRUE(eventually([&] {  // a busy machine may be too slow for the first head
    client.emplace(server.port(), "127.0.0.1", 4096);
    return client->send(requests) && client->read_response();
  }));
  for (int i = 1; i < kMany; ++i) ASSERT_EQ(client->read_response()->status, 200U);
  const auto last = client->read_response();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->status, 408U);
  EXPECT_TRUE(client->is_closed());
}

}  // namespace
}  // namespace curt::test
