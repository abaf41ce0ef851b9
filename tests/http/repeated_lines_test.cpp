#include "http/repeated_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/base/logging.hpp"

namespace curt::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RepeatedLinesTest : public testing::Test {
 protected:
  void SetUp() override { log::configure(log::Format::json, log::Level::info, log_); }
  void TearDown() override { log::configure(log::Format::text, log::Level::info, log::Stream::err); }

  /// The lines since the last call, as "<request id> <error> <times>".
  std::vector<std::string> lines() {
    std::vector<std::string> found;
    std::istringstream in{log_.str()};
    log_.str("");
    for (std::string line; std::getline(in, line);) {
      const auto event = nlohmann::json::parse(line);
      EXPECT_EQ(event.at("level"), "error");
      EXPECT_EQ(event.at("message"), "request failed");
      found.push_back(event.at("request_id").get<std::string>() + " " + event.at("error").get<std::string>());
      if (event.contains("times")) found.back() += " " + std::to_string(event.at("times").get<int>());
    }
    return found;
  }

  std::ostringstream log_;
  RepeatedLines failures_{"request failed"};
};

TEST_F(RepeatedLinesTest, HaveTheFirstOfEachTextAtOnce) {
  for (int i = 0; i < 1000; ++i) {
    failures_.add("a", "no database");
    failures_.add("b", "no memory");
  }
  EXPECT_THAT(lines(), ElementsAre("a no database", "b no memory"));
}

TEST_F(RepeatedLinesTest, TellHowManyWereOnlyCounted) {
  for (const char* id : {"a", "b", "c", "d"}) failures_.add(id, "no database");
  lines();
  failures_.tell();
  EXPECT_THAT(lines(), ElementsAre("d no database 3"));
  failures_.tell();
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(RepeatedLinesTest, GoOnCountingWhileItGoesOn) {
  failures_.add("a", "no database");
  for (int second = 0; second < 3; ++second) {
    failures_.add("b", "no database");
    failures_.tell();
  }
  EXPECT_THAT(lines(), ElementsAre("a no database", "b no database 1", "b no database 1", "b no database 1"));
}

TEST_F(RepeatedLinesTest, BeginAgainAfterAQuietSecond) {
  failures_.add("a", "no database");
  failures_.tell();
  failures_.add("b", "no database");
  EXPECT_THAT(lines(), ElementsAre("a no database", "b no database"));
}

TEST_F(RepeatedLinesTest, AreBoundedWhereEachTextIsAnother) {
  for (std::size_t i = 0; i < RepeatedLines::kMostTexts + 10; ++i) failures_.add("a", std::to_string(i));
  EXPECT_EQ(lines().size(), RepeatedLines::kMostTexts);
  failures_.tell();
  EXPECT_THAT(lines(), ElementsAre("a various errors, each of its own text 10"));
  failures_.add("b", "new");
  EXPECT_THAT(lines(), ElementsAre("b new"));
}

TEST_F(RepeatedLinesTest, LoseNoneThatManyThreadsCount) {
  constexpr int kThreads = 4;
  constexpr int kTimes = 500;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int time = 0; time < kTimes; ++time) {
          failures_.add("a", "no database");
          if (time % 100 == 0) failures_.tell();
        }
      });
    }
  }
  failures_.tell();
  int told = 0;
  for (const std::string& line : lines()) {
    const std::size_t times = line.rfind(' ');
    told += line.ends_with("database") ? 1 : std::stoi(line.substr(times));
  }
  EXPECT_EQ(told, kThreads * kTimes);
}

}  // namespace
}  // namespace curt::http
