#include "curt/visits/bots/bot_memo.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "curt/visits/ring/request_record.hpp"

namespace curt::visits {
namespace {

constexpr auto kBot = "curl/7.88.1";
constexpr auto kPerson = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

const BotDetector& detector() {
  static const BotDetector detector;
  return detector;
}

TEST(BotMemo, SaysWhatTheDetectorSaysTheFirstTimeAndLater) {
  BotMemo memo{detector()};
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(memo.is_bot(kBot));
    EXPECT_FALSE(memo.is_bot(kPerson));
    EXPECT_FALSE(memo.is_bot(""));
  }
}

TEST(BotMemo, RemembersOnlyWhatWasJudged) {
  BotMemo memo{detector()};
  for (const char* user_agent : {"", kBot, kPerson}) {
    EXPECT_EQ(memo.remembered(user_agent), std::nullopt);
    const bool bot = memo.is_bot(user_agent);
    EXPECT_EQ(memo.remembered(user_agent), bot);
  }
}

TEST(BotMemo, LooksAtNoMoreThanARecordKeeps) {
  BotMemo memo{detector()};
  std::string kept = kPerson;
  kept.resize(RequestRecord::kMaxUserAgent, 'x');
  EXPECT_FALSE(memo.is_bot(kept + " Abot/1.0"));
  EXPECT_EQ(memo.remembered(kept), false);
  EXPECT_EQ(memo.remembered(kept + std::string(16'384, 'y')), false);
}

TEST(BotMemo, ForgetsOneForEachThatItHasNoRoomFor) {
  BotMemo memo{detector()};
  const auto user_agent = [](std::size_t i) { return "Mozilla/5.0 (X11; " + std::to_string(i) + ")"; };
  const std::size_t many = BotMemo::kMost * 2;
  for (std::size_t i = 0; i < many; ++i) EXPECT_FALSE(memo.is_bot(user_agent(i)));
  EXPECT_EQ(memo.remembered(user_agent(many - 1)), false);
  std::size_t remembered = 0;
  for (std::size_t i = 0; i < many; ++i) remembered += memo.remembered(user_agent(i)) ? 1 : 0;
  EXPECT_GT(remembered, BotMemo::kMost / 4);
  EXPECT_LE(remembered, BotMemo::kMost);
  EXPECT_TRUE(memo.is_bot(kBot));
}

TEST(BotMemo, KeepsWhatCameAgainWhateverComesOnce) {
  BotMemo memo{detector()};
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(memo.is_bot(kPerson));
    EXPECT_TRUE(memo.is_bot(kBot));
  }
  for (std::size_t i = 0; i < BotMemo::kMost * 4; ++i) {
    EXPECT_FALSE(memo.is_bot("Mozilla/5.0 (X11; " + std::to_string(i) + ")"));
  }
  EXPECT_EQ(memo.remembered(kPerson), false);
  EXPECT_EQ(memo.remembered(kBot), true);
}

TEST(BotMemo, CanBeAskedByManyThreads) {
  BotMemo memo{detector()};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) EXPECT_TRUE(memo.is_bot("bot/" + std::to_string(i)));
    });
  }
}

}  // namespace
}  // namespace curt::visits
