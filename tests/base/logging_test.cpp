#include "curt/base/logging.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace curt::log {
namespace {

class Logging : public testing::Test {
 protected:
  void TearDown() override { configure(Format::text, Level::info, Stream::err); }

  std::vector<std::string> lines() {
    std::vector<std::string> all;
    std::istringstream in{stream_.str()};
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  std::ostringstream stream_;
};

TEST_F(Logging, AnEventIsOneLineOfJson) {
  configure(Format::json, Level::info, stream_);
  info("listening", {{"address", "127.0.0.1:8080"}, {"threads", 2}, {"ipv6", false}});
  ASSERT_EQ(lines().size(), 1U);
  const auto event = nlohmann::json::parse(lines().front());
  EXPECT_EQ(event["level"], "info");
  EXPECT_EQ(event["message"], "listening");
  EXPECT_EQ(event["address"], "127.0.0.1:8080");
  EXPECT_EQ(event["threads"], 2);
  EXPECT_EQ(event["ipv6"], false);
  EXPECT_TRUE(lines().front().starts_with("{\"time\":\"20"));
  EXPECT_EQ(event["time"].get<std::string>().size(), std::string_view{"2026-11-22T07:49:40.123Z"}.size());
  EXPECT_EQ(event["time"].get<std::string>().back(), 'Z');
}

// NOLINTBEGIN(concurrency-mt-unsafe): no other thread is there
TEST_F(Logging, TimesAreInUtc) {
  const char* zone = std::getenv("TZ");
  const std::string before = zone == nullptr ? "" : zone;
  setenv("TZ", "XXX-11", 1);
  tzset();
  const auto hour =
      std::chrono::floor<std::chrono::hours>(std::chrono::system_clock::now()).time_since_epoch();
  configure(Format::json, Level::info, stream_);
  info("now");
  zone == nullptr ? unsetenv("TZ") : setenv("TZ", before.c_str(), 1);
  tzset();
  const int logged =
      std::stoi(nlohmann::json::parse(lines().front())["time"].get<std::string>().substr(11, 2));
  const auto expected = static_cast<int>(hour.count() % 24);
  EXPECT_TRUE(logged == expected || logged == (expected + 1) % 24) << logged << " is not " << expected;
}
// NOLINTEND(concurrency-mt-unsafe)

TEST_F(Logging, EveryKindOfValueIsValidJson) {
  configure(Format::json, Level::trace, stream_);
  trace("values", {{"low", std::numeric_limits<std::int64_t>::min()},
                   {"high", std::numeric_limits<std::uint64_t>::max()},
                   {"half", 0.5},
                   {"big", 1e300},
                   {"nan", std::numeric_limits<double>::quiet_NaN()},
                   {"infinite", std::numeric_limits<double>::infinity()},
                   {"text", std::string{"a \"b\" \\ \n \x01"}},
                   {"key \"x\"", true}});
  const auto event = nlohmann::json::parse(lines().at(0));
  EXPECT_EQ(event["low"], std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(event["high"], std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(event["half"], 0.5);
  EXPECT_EQ(event["big"], 1e300);
  EXPECT_TRUE(event["nan"].is_null());
  EXPECT_TRUE(event["infinite"].is_null());
  EXPECT_EQ(event["text"], "a \"b\" \\ \n \x01");
  EXPECT_EQ(event["key \"x\""], true);
}

TEST_F(Logging, BytesThatAreNoUtf8AreReplaced) {
  configure(Format::json, Level::info, stream_);
  warn("odd \xC3(", {{"agent", "caf\xE9"}, {"good", "café"}});
  const auto event = nlohmann::json::parse(lines().at(0));
  EXPECT_EQ(event["message"], "odd \uFFFD(");
  EXPECT_EQ(event["agent"], "caf\uFFFD");
  EXPECT_EQ(event["good"], "café");
}

TEST_F(Logging, TextQuotesWhatIsNotOneWord) {
  configure(Format::text, Level::info, stream_);
  info("listening",
       {{"address", "127.0.0.1:8080"}, {"name", "two words"}, {"none", ""}, {"pair", "a=b"}, {"n", -3}});
  error("broken");
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines()[0].substr(24),
            "info  listening address=127.0.0.1:8080 name=\"two words\" none=\"\" pair=\"a=b\" n=-3");
  EXPECT_EQ(lines()[1].substr(24), "error broken");
  EXPECT_EQ(lines()[0][10], ' ');
  EXPECT_EQ(lines()[0][19], '.');
}

TEST_F(Logging, TextNeverHasRawControlCharacters) {
  configure(Format::text, Level::info, stream_);
  info("a\x1b[31mb\nc \"d\"", {{"esc", "\x1b[2J"}, {"del", "x\x7fy"}, {"c1", "x\xC2\x9By"}, {"bad", "\x9B"}});
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].substr(24),
            "info  a\\u001b[31mb\\nc \"d\" esc=\"\\u001b[2J\" del=\"x\\u007fy\" c1=\"x\\u009by\" "
            "bad=\"\uFFFD\"");
}

TEST_F(Logging, LinesBelowTheLevelAreLeftOut) {
  configure(Format::json, Level::warn, stream_);
  debug("no");
  info("no");
  warn("yes");
  error("yes");
  EXPECT_EQ(lines().size(), 2U);
  EXPECT_FALSE(enabled(Level::info));
  EXPECT_TRUE(enabled(Level::warn));
  EXPECT_FALSE(enabled(Level::off));
}

TEST_F(Logging, OffLeavesOutEverythingButReadyMadeLines) {
  configure(Format::json, Level::off, stream_);
  error("no");
  write_lines("ready\n");
  EXPECT_EQ(stream_.str(), "ready\n");
}

TEST_F(Logging, BracesInMessagesAreNoFormat) {
  configure(Format::text, Level::info, stream_);
  info("{} {0} {x", {{"a", "{}%v"}});
  EXPECT_EQ(lines().at(0).substr(24), "info  {} {0} {x a={}%v");
}

TEST_F(Logging, ReadyMadeLinesAreNeverSplitByOthers) {
  configure(Format::text, Level::info, stream_);
  const std::string block = "one\ntwo\nthree\n";
  {
    const std::jthread other{[] {
      for (int i = 0; i < 500; ++i) info("event");
    }};
    for (int i = 0; i < 500; ++i) write_lines(block);
  }
  const auto all = lines();
  ASSERT_EQ(all.size(), 500U * 3 + 500U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != "one") continue;
    ASSERT_LT(i + 2, all.size());
    EXPECT_EQ(all[i + 1], "two");
    EXPECT_EQ(all[i + 2], "three");
  }
}

TEST_F(Logging, AFullDiskIsNoReasonToFail) {
  EXPECT_EXIT(
      {
        if (std::freopen("/dev/full", "w", stdout) == nullptr) std::_Exit(3);
        configure(Format::automatic, Level::info, Stream::out);
        for (int i = 0; i < 10'000; ++i) info("lost", {{"i", i}});
        write_lines(std::string(100'000, 'x'));
        std::_Exit(format() == Format::json ? 0 : 4);
      },
      testing::ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace curt::log
