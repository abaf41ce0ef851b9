#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/app/commands/commands.hpp"

#include "support/patience.hpp"

namespace curt::app {
namespace {

namespace net = boost::asio;
using net::ip::tcp;

/// Accepts one connection, reads a head, writes these pieces one after the other, and closes.
class OneAnswer {
 public:
  explicit OneAnswer(std::vector<std::string> pieces)
      : thread_([this, pieces = std::move(pieces)] {
          tcp::socket client = acceptor_.accept();
          std::string head;
          net::read_until(client, net::dynamic_buffer(head), "\r\n\r\n");
          for (const std::string& piece : pieces) net::write(client, net::buffer(piece));
        }) {}
  ~OneAnswer() { thread_.join(); }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  [[nodiscard]] std::string url() const {
    return fmt::format("http://127.0.0.1:{}/health", acceptor_.local_endpoint().port());
  }

 private:
  net::io_context context_;
  tcp::acceptor acceptor_{context_, {net::ip::make_address("127.0.0.1"), 0}};
  std::thread thread_;
};

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome ask(const std::string& url) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  HealthCommand command;
  command.url = url;
  command.timeout = test::patience();
  const int status = health(command);
  std::cout.flush();
  return {status, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

TEST(Health, PrintsWhatTheServiceAnsweredHoweverItComes) {
  const OneAnswer service{{"HTTP/1.1 200 OK\r\nContent-", "Length: 16\r\n\r\n{\"status\"", ":\"up\"}\n"}};
  const Outcome outcome = ask(service.url());
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "{\"status\":\"up\"}\n");
}

TEST(Health, TakesABodyThatEndsWithTheConnection) {
  const OneAnswer service{{"HTTP/1.1 200 OK\r\n\r\nup"}};
  EXPECT_EQ(ask(service.url()).out, "up");
}

TEST(Health, IsOneForAServiceThatIsDown) {
  const OneAnswer service{{"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\ndown\n"}};
  const Outcome outcome = ask(service.url());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "down\n");
}

TEST(Health, IsOneWhereTheConnectionClosesBeforeTheWholeAnswer) {
  for (const std::vector<std::string>& pieces : {std::vector<std::string>{},
                                                 {"HTTP/1.1 200 OK\r\nContent-Le"},
                                                 {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal"}}) {
    const OneAnswer service{pieces};
    const Outcome outcome = ask(service.url());
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("no answer from http://127.0.0.1:"), std::string::npos) << outcome.err;
  }
}

TEST(Health, IsOneForWhatIsNotHttp) {
  const OneAnswer service{{"SSH-2.0-OpenSSH_9.2\r\n"}};
  EXPECT_EQ(ask(service.url()).status, 1);
}

}  // namespace
}  // namespace curt::app
