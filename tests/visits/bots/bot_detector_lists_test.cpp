#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/visits/bots/bot_detector.hpp"

#include "support/visits/user_agents.hpp"

namespace curt::visits {
namespace {

const BotDetector& detector() {
  static const BotDetector instance;
  return instance;
}

struct Figures {
  std::size_t agents = 0;
  std::size_t bots = 0;
  std::vector<std::string> wrong;

  [[nodiscard]] double share() const { return static_cast<double>(bots) / static_cast<double>(agents); }
};

enum class Should : std::uint8_t { be_bots, be_people };

Figures figures_of(std::initializer_list<std::string_view> files, Should should) {
  Figures figures;
  for (const std::string_view file : files) {
    for (const test::UserAgent& agent : test::user_agents(file)) {
      const bool bot = detector().is_bot(agent.text);
      ++figures.agents;
      figures.bots += bot ? 1 : 0;
      if (bot != (should == Should::be_bots)) figures.wrong.push_back(agent.text);
    }
  }
  return figures;
}

std::string all(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text.append("\n").append(line);
  return text;
}

TEST(BotDetectorLists, AtLeast97OfAHundredCrawlersOfThePublicListAreBots) {
  const Figures crawlers = figures_of({"crawlers.txt"}, Should::be_bots);
  ASSERT_GT(crawlers.agents, 2'000U);
  fmt::print("{} of {} crawlers are bots: {:.2f} %\n", crawlers.bots, crawlers.agents,
             100 * crawlers.share());
  EXPECT_GE(crawlers.share(), 0.97) << "not these:" << all(crawlers.wrong);
}

TEST(BotDetectorLists, AtMostOneOfAHundredBrowsersIsABot) {
  const Figures browsers = figures_of({"browsers.txt", "people.txt"}, Should::be_people);
  ASSERT_GT(browsers.agents, 200U);
  fmt::print("{} of {} browsers are bots: {:.2f} %\n", browsers.bots, browsers.agents,
             100 * browsers.share());
  EXPECT_LE(browsers.share(), 0.01) << "these:" << all(browsers.wrong);
}

TEST(BotDetectorLists, EveryKindOfBotIsKnown) {
  std::map<std::string, std::size_t> kinds;
  for (const test::UserAgent& agent : test::user_agents("kinds.txt")) {
    ++kinds[agent.kind];
    EXPECT_TRUE(detector().is_bot(agent.text)) << agent.kind << ": " << agent.text;
  }
  EXPECT_EQ(kinds.size(), 11U);
  for (const auto& [kind, agents] : kinds) EXPECT_GE(agents, 8U) << kind;
}

}  // namespace
}  // namespace curt::visits
