#include <set>

#include <gtest/gtest.h>

#include "support/http/http_cases.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"
#include "support/patience.hpp"

namespace curt::test {
namespace {

TEST(HttpCases, AreManyAndHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const HttpCase& sent : http_cases()) EXPECT_TRUE(names.insert(sent.name).second) << sent.name;
  EXPECT_GE(names.size(), 80U);
}

TEST(MalformedRequests, GetTheirAnswersAndLeaveNoConnectionOpen) {
  TestServer server;
  for (const HttpCase& sent : http_cases()) EXPECT_TRUE(answers_as_it_should(sent, server.port()));
  const auto after = exchange(server.port(), get("/health/live"));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->status, 200U);
  server.server.stop(patience());
  EXPECT_EQ(server.server_metrics.connections.value(), 0);
  EXPECT_EQ(server.server_metrics.in_flight.value(), 0);
}

TEST(MalformedRequests, OfTlsAreRefusedAtOnce) {
  TestServer server;
  RawClient client{server.port()};
  ASSERT_TRUE(client.send({"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400U);
}

}  // namespace
}  // namespace curt::test
