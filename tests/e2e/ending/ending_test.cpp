#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>

#include "curt/base/async.hpp"

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
  const auto asked_at = std::chrono::steady_clock::now();
  EXPECT_EQ(curt.stop(), 0);
  EXPECT_GE(std::chrono::steady_clock::now() - asked_at, std::chrono::milliseconds{300});
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

/// A database that takes connections and says nothing.
class SilentDatabase {
 public:
  SilentDatabase() { ::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC); }
  [[nodiscard]] std::string url() const {
    return "postgresql://curt:x@127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/curt";
  }
  void await_a_client() { clients_.push_back(acceptor_.accept()); }
  void go_away() {
    acceptor_.close();
    clients_.clear();
  }

 private:
  net::io_context context_;
  net::ip::tcp::acceptor acceptor_{context_, {net::ip::make_address("127.0.0.1"), 0}};
  std::vector<net::ip::tcp::socket> clients_;
};

class EndingOfAStart : public testing::Test {
 protected:
  EndingOfAStart() {
    database_.await_a_client();
    curt_.send_signal(SIGTERM);
    EXPECT_TRUE(eventually([&] { return has_logged("stopping before the start is complete"); }));
  }
  bool has_logged(const std::string& message) {
    return curt_.standard_output().find("\"message\":\"" + message) != std::string::npos;
  }

  const TempFolder folder_;
  SilentDatabase database_;
  ChildProcess curt_{
      {curt_binary(), "serve", "--listen", "127.0.0.1:0"},
      {.environment = {{"CURT_DATABASE_URL", database_.url()}, {"CURT_DB_CONNECT_TIMEOUT", "1m"}},
       .folder = folder_.path()}};
};

TEST_F(EndingOfAStart, IsInTimeWhateverItWaitsFor) {
  EXPECT_EQ(curt_.wait(), 0);
  EXPECT_TRUE(has_logged("stopped before all was done"));
  EXPECT_FALSE(has_logged("listening"));
}

TEST_F(EndingOfAStart, BeginsNothing) {
  database_.go_away();
  EXPECT_EQ(curt_.wait(), 0);
  EXPECT_FALSE(has_logged("listening"));
}

}  // namespace
}  // namespace curt::test
