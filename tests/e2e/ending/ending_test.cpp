#include <csignal>
#include <optional>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

bool has_logged(CurtProcess& curt, const std::string& message) {
  return eventually(
      [&] { return curt.process().standard_output().find("\"message\":\"" + message) != std::string::npos; });
}

TEST(Draining, IsToldToBalancersWhileEveryClientIsAnsweredAndToldToGo) {
  const TempFolder folder;
  CurtProcess curt{curt_binary(), folder.path(), {{"CURT_DRAIN_DELAY", "1h"}}};
  RawClient idle{curt.port()};
  ASSERT_TRUE(idle.send(get("/health/live")));
  ASSERT_EQ(idle.read_response()->header("Connection"), "");

  curt.process().send_signal(SIGTERM);
  ASSERT_TRUE(has_logged(curt, "stopping"));
  RawClient balancer{curt.port()};
  std::optional<RawResponse> ready;
  ASSERT_TRUE(balancer.send(get("/health/ready")));
  ready = balancer.read_response();
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->status, 503U);
  EXPECT_EQ(ready->body, "{\"status\":\"stopping\"}\n");
  EXPECT_EQ(ready->header("Connection"), "close");
  EXPECT_TRUE(balancer.is_closed());

  ASSERT_TRUE(idle.send(get("/health/live"))) << "it is not closed before its next answer";
  const auto last = idle.read_response();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->status, 200U);
  EXPECT_EQ(last->header("Connection"), "close");
  EXPECT_TRUE(idle.is_closed());

  curt.process().send_signal(SIGTERM);
  EXPECT_EQ(curt.process().wait(), 1) << "the second signal ends it at once";
}

TEST(Draining, EndsByItselfAndThenNobodyIsConnected) {
  const TempFolder folder;
  CurtProcess curt{curt_binary(), folder.path(), {{"CURT_DRAIN_DELAY", "300ms"}}};
  const std::uint16_t port = curt.port();
  EXPECT_EQ(curt.stop(), 0);
  EXPECT_THROW(RawClient{port}, std::system_error);
}

TEST(Ending, IsNotBroughtAboutByATerminalThatCloses) {
  const TempFolder folder;
  CurtProcess curt{curt_binary(), folder.path()};
  curt.process().send_signal(SIGHUP);
  ASSERT_TRUE(has_logged(curt, "SIGHUP ends nothing"));
  EXPECT_EQ(exchange(curt.port(), get("/health/live"))->status, 200U);
  EXPECT_EQ(curt.stop(), 0);
}

TEST(Ending, TakesNoLongerThanItMayWhereTheDatabaseHangs) {
  PostgresServer postgres;
  const TempFolder folder;
  const std::string database = postgres.fresh_database();
  const CurtProcess::Environment settings{{"CURT_DATABASE_URL", postgres.url(database)},
                                          {"CURT_SHUTDOWN_TIMEOUT", "1s"}};
  ASSERT_EQ(run({curt_binary(), "migrate"}, {.environment = settings, .folder = folder.path()}).status, 0);
  CurtProcess curt{curt_binary(), folder.path(), settings};
  RawClient client{curt.port()};
  postgres.hang();
  ASSERT_TRUE(client.send(get("/unknown")));
  RawClient waiting{curt.port()};
  ASSERT_TRUE(
      waiting.send("POST /shorten HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   "Content-Length: 29\r\n\r\n{\"url\":\"https://example.com/\"}"));
  ASSERT_EQ(exchange(curt.port(), get("/health/live"))->status, 200U);
  EXPECT_EQ(curt.stop(), 0);  // long before the deadline of the request, which is five minutes
  postgres.resume();
}

}  // namespace
}  // namespace curt::test
