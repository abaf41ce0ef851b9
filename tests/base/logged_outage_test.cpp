#include "curt/base/logged_outage.hpp"

#include <algorithm>
#include <barrier>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/logging.hpp"

namespace curt {
namespace {

using testing::HasSubstr;

class LoggedOutageTest : public testing::Test {
 protected:
  void SetUp() override { log::configure(log::Format::json, log::Level::info, log_); }
  void TearDown() override { log::configure(log::Format::text, log::Level::info, log::Stream::err); }

  [[nodiscard]] std::ptrdiff_t lines() const {
    const std::string text = log_.str();
    return std::count(text.begin(), text.end(), '\n');
  }

  std::ostringstream log_;
  LoggedOutage outage_{"cannot accept", "accepting again"};
};

TEST_F(LoggedOutageTest, IsALineWhenItBeginsAndOneWhenItEnds) {
  outage_.end();
  for (int again = 0; again < 2; ++again) {
    for (int i = 0; i < 1000; ++i) outage_.begin({{"error", "no memory"}});
    for (int i = 0; i < 1000; ++i) outage_.end();
  }
  EXPECT_EQ(lines(), 4) << log_.str();
  EXPECT_THAT(log_.str(), HasSubstr(R"("message":"cannot accept","error":"no memory")"));
  EXPECT_THAT(log_.str(), HasSubstr(R"("message":"accepting again")"));
}

TEST_F(LoggedOutageTest, IsALineAtEachEndForAllThreadsTogether) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 500;
  std::barrier together{kThreads};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < kRounds; ++round) {
          together.arrive_and_wait();
          outage_.begin({{"error", "no memory"}});
          together.arrive_and_wait();
          outage_.end();
        }
      });
    }
  }
  EXPECT_EQ(lines(), 2 * kRounds);
}

}  // namespace
}  // namespace curt
