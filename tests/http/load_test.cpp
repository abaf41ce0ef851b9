#include "curt/http/load.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"
#include "support/metric_value.hpp"

namespace curt::test {
namespace {

using http::HeldAmount;
using http::ServerOptions;

TEST(HeldAmount, TakesNoMoreThanItMay) {
  HeldAmount amount{10};
  EXPECT_TRUE(amount.take(6));
  EXPECT_FALSE(amount.take(5));
  EXPECT_FALSE(amount.is_full());
  EXPECT_TRUE(amount.take(4));
  EXPECT_TRUE(amount.is_full());
  amount.give(1);
  EXPECT_TRUE(amount.take(1));
}

TEST(HeldAmount, IsFullWhenMoreWasAddedThanItMay) {
  HeldAmount amount{10};
  amount.add(11);
  EXPECT_TRUE(amount.is_full());
  amount.give(2);
  EXPECT_FALSE(amount.is_full());
}

std::string over_bound(const TestServer& server, const std::string& bound) {
  return metric_value(server.metrics, R"(curt_http_over_bound_total{bound=")" + bound + "\"}");
}

TEST(ServerLoad, RefusesARequestMoreThanMayWaitAndAnswersWhatNeedsNoWaiting) {
  ServerOptions options = patient_options();
  options.bounds.requests = 2;
  TestServer server{options};
  RawClient first{server.port()};
  RawClient second{server.port()};
  ASSERT_TRUE(first.send(get("/wait")));
  ASSERT_TRUE(second.send(get("/wait")));
  server.service.await_waiting(2);

  RawClient third{server.port()};
  ASSERT_TRUE(third.send(get("/wait")));
  const auto refused = third.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503U);
  EXPECT_EQ(over_bound(server, "max_requests"), "1");
  ASSERT_TRUE(third.send(get("/health/live")));
  EXPECT_EQ(third.read_response()->status, 200U);

  server.service.release();
  EXPECT_EQ(first.read_response()->status, 200U);
  EXPECT_EQ(second.read_response()->status, 200U);
  ASSERT_TRUE(third.send(get("/wait")));
  server.service.await_waiting(1);
  server.service.release();
  EXPECT_EQ(third.read_response()->status, 200U);
}

TEST(ServerLoad, CountsAClientThatHasGoneWhileItWaitedUntilItsAnswerIsMade) {
  ServerOptions options = patient_options();
  options.bounds.requests = 1;
  TestServer server{options};
  RawClient first{server.port()};
  ASSERT_TRUE(first.send(get("/wait")));
  server.service.await_waiting(1);
  first.reset();
  RawClient second{server.port()};
  ASSERT_TRUE(second.send(get("/wait")));
  EXPECT_EQ(second.read_response()->status, 503U);
  server.service.release();
  EXPECT_TRUE(eventually([&] { return metric_value(server.metrics, "curt_http_requests_waiting") == "0"; }));
  ASSERT_TRUE(second.send(get("/wait")));
  server.service.await_waiting(1);
  server.service.release();
  EXPECT_EQ(second.read_response()->status, 200U);
}

TEST(ServerLoad, RefusesABodyForWhichThereIsNoRoomLeftBeforeItIsSent) {
  ServerOptions options = patient_options();
  options.bounds.body_bytes = 1000;
  TestServer server{options};
  RawClient first{server.port()};
  ASSERT_TRUE(first.send("POST /shorten HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" +
                         std::string(1000, 'x')));
  EXPECT_TRUE(eventually([&] { return metric_value(server.metrics, "curt_http_body_bytes") == "1000"; }));

  RawClient second{server.port()};
  ASSERT_TRUE(
      second.send("POST /shorten HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"));
  const auto refused = second.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503U);
  EXPECT_NE(refused->header("Retry-After"), "");
  EXPECT_TRUE(second.is_closed());
  EXPECT_EQ(over_bound(server, "max_body_bytes"), "1");

  first.reset();
  EXPECT_TRUE(eventually([&] { return metric_value(server.metrics, "curt_http_body_bytes") == "0"; }));
}

TEST(ServerLoad, RefusesTheRestOfABodyThatGrowsBeyondWhatIsLeft) {
  ServerOptions options = patient_options();
  options.bounds.body_bytes = 1000;
  TestServer server{options};
  RawClient client{server.port()};
  ASSERT_TRUE(client.send(post("/shorten", std::string(900, 'x'))));
  EXPECT_EQ(client.read_response()->status, 200U);
  ASSERT_TRUE(client.send("POST /shorten HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n44c\r\n" +
                          std::string(1100, 'x')));
  const auto refused = client.read_response();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503U);
  EXPECT_EQ(metric_value(server.metrics, "curt_http_body_bytes"), "0");
}

TEST(ServerLoad, CutsAClientThatDoesNotTakeItsAnswersWhereAllTogetherLeaveTooMuch) {
  ServerOptions options = patient_options();
  options.bounds.unsent_bytes = 1;
  TestServer server{options};
  RawClient slow{server.port(), "127.0.0.1", 1024};
  // More than the kernel takes of answers that nobody reads.
  std::string requests;
  for (int i = 0; i < 2000; ++i) requests += get("/health/live");
  EXPECT_TRUE(eventually([&] {
    slow.send_some(requests);
    return over_bound(server, "max_unsent_bytes") == "1";
  }));
  EXPECT_TRUE(eventually([&] { return metric_value(server.metrics, "curt_http_connections") == "0"; }));
  EXPECT_EQ(metric_value(server.metrics, "curt_http_unsent_bytes"), "0");

  RawClient other{server.port()};
  ASSERT_TRUE(other.send(get("/wait")));
  server.service.await_waiting(1);
  server.service.release();
  EXPECT_EQ(other.read_response()->status, 200U);
}

TEST(ServerLoad, CountsWhatWaitsToBeSentButNotABodyThatAllAnswersShare) {
  TestServer server;
  RawClient slow{server.port(), "127.0.0.1", 1024};
  ASSERT_TRUE(slow.send(get("/big")));
  EXPECT_TRUE(eventually([&] { return metric_value(server.metrics, "curt_http_unsent_bytes") != "0"; }));
  EXPECT_LT(std::stoul(metric_value(server.metrics, "curt_http_unsent_bytes")), 64U * 1024U);
  slow.reset();
  EXPECT_TRUE(eventually([&] { return metric_value(server.metrics, "curt_http_unsent_bytes") == "0"; }));
}

}  // namespace
}  // namespace curt::test
