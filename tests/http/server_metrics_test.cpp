#include "curt/http/server_metrics.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::http {
namespace {

using namespace std::chrono_literals;

class ServerMetricsTest : public testing::Test {
 protected:
  bool shows(const std::string& line) const {
    return ('\n' + metrics_.to_text()).find('\n' + line + '\n') != std::string::npos;
  }

  Metrics metrics_;
  ServerMetrics server_{metrics_, {"none", "redirect"}};
};

TEST_F(ServerMetricsTest, CountsByRouteMethodAndStatus) {
  server_.answered(1, Method::get, 302, 1ms, 0);
  server_.answered(1, Method::get, 302, 1ms, 0);
  server_.answered(1, Method::head, 302, 1ms, 0);
  server_.answered(0, Method::delete_, 404, 1ms, 0);
  EXPECT_TRUE(shows(R"(curt_http_requests_total{route="redirect",method="GET",status="302"} 2)"));
  EXPECT_TRUE(shows(R"(curt_http_requests_total{route="redirect",method="HEAD",status="302"} 1)"));
  EXPECT_TRUE(shows(R"(curt_http_requests_total{route="none",method="DELETE",status="404"} 1)"))
      << metrics_.to_text();
}

TEST_F(ServerMetricsTest, ShowsNoSeriesThatNothingWasCountedIn) {
  server_.answered(1, Method::get, 302, 1ms, 0);
  EXPECT_EQ(metrics_.to_text().find("status=\"404\""), std::string::npos);
  EXPECT_EQ(metrics_.to_text().find("route=\"none\""), std::string::npos);
}

TEST_F(ServerMetricsTest, CountsAStatusThatItDoesNotKnowAs500) {
  server_.answered(1, Method::get, 418, 1ms, 0);
  EXPECT_TRUE(shows(R"(curt_http_requests_total{route="redirect",method="GET",status="500"} 1)"));
}

TEST_F(ServerMetricsTest, SumsDurationsInSecondsAndStatementsInPieces) {
  server_.answered(1, Method::get, 302, 500ms, 2);
  server_.answered(1, Method::get, 302, 1500ms, 4);
  EXPECT_TRUE(shows(R"(curt_http_request_duration_seconds_count{route="redirect"} 2)"));
  EXPECT_TRUE(shows(R"(curt_http_request_duration_seconds_sum{route="redirect"} 2)")) << metrics_.to_text();
  EXPECT_TRUE(shows(R"(curt_http_request_statements_sum{route="redirect"} 6)"));
}

TEST_F(ServerMetricsTest, ShowsConnectionsAndRequestsInFlight) {
  server_.connections.add(3);
  server_.connections.add(-1);
  server_.in_flight.add(1);
  EXPECT_TRUE(shows("curt_http_connections 2"));
  EXPECT_TRUE(shows("curt_http_requests_in_flight 1"));
  EXPECT_TRUE(shows("curt_http_connections_refused_total 0"));
}

}  // namespace
}  // namespace curt::http
