#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "curt/base/logging.hpp"

#include "support/links/coherence_fixture.hpp"

namespace curt::links {
namespace {

using test::code_of;
using testing::StartsWith;

/// What an instance does about a shared cache that is another server than before.
class BeliefTest : public SharedCoherenceTest {};

TEST_F(BeliefTest, AnotherServerIsEmptiedBeforeItIsBelieved) {
  start_clean();
  remember({"abc"});
  shared_.be("redis 2");
  shared_.put(code_of("abc"), to_cache_entry(link_of("abc", 1)));
  shared_.while_emptying([&] {
    EXPECT_TRUE(doubt_.stands());
    EXPECT_THAT(outbox_.believed(), StartsWith("redis 2 is emptied by "))
        << "so that nobody notes what only the former one has";
  });
  look();
  EXPECT_TRUE(doubt_.stands());
  EXPECT_FALSE(is_cached("abc")) << "it may have been read from the other one";
  EXPECT_FALSE(shared_.held(code_of("abc")));
  EXPECT_EQ(outbox_.believed(), "redis 2");
  ASSERT_TRUE(loses_doubt());
  look(2);
  EXPECT_EQ(shared_.emptied(), 1U);
}

TEST_F(BeliefTest, IsNotBelievedUntilItCanBeEmptied) {
  shared_.be("redis 2");
  shared_.refuse_values();
  start();
  look(3);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_NE(outbox_.believed(), "redis 2");
  shared_.take_values();
  EXPECT_TRUE(loses_doubt());
  EXPECT_EQ(outbox_.believed(), "redis 2");
}

TEST_F(BeliefTest, IsNotBelievedIfItBecameAnotherOneWhileItWasEmptied) {
  start_clean();
  shared_.be("redis 2");
  shared_.while_emptying([&] {
    coherence_.connected();
    shared_.be("redis 3");
    shared_.while_emptying(nullptr);
  });
  look();
  EXPECT_NE(outbox_.believed(), "redis 2");
  ASSERT_TRUE(loses_doubt());
  EXPECT_EQ(outbox_.believed(), "redis 3");
  EXPECT_EQ(shared_.emptied(), 2U);
}

TEST_F(BeliefTest, IsEmptiedByOneInstanceAtATime) {
  start_clean();
  shared_.be("redis 2");
  shared_.be_emptied_elsewhere(true);
  look(3);
  EXPECT_EQ(shared_.emptied(), 0U);
  EXPECT_EQ(outbox_.believed(), "redis 1");
  shared_.be_emptied_elsewhere(false);
  ASSERT_TRUE(loses_doubt());
  EXPECT_EQ(shared_.emptied(), 1U);
}

TEST_F(BeliefTest, IsEmptiedWhenTheDatabaseMayHaveLostWhatItKnows) {
  outbox_.begin_history("1");
  start();
  ASSERT_TRUE(loses_doubt());
  EXPECT_EQ(outbox_.believed(), "redis 1@1");
  shared_.put(code_of("abc"), to_cache_entry(link_of("abc", 9)));
  remember({"abc"}, 9);
  outbox_.begin_history("2");
  outbox_.miss_changes();
  look(2);
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_FALSE(shared_.held(code_of("abc")));
  ASSERT_TRUE(loses_doubt());
  EXPECT_EQ(outbox_.believed(), "redis 1@2");
}

TEST_F(BeliefTest, TwoInstancesWithServersOfTheirOwnDoNotEmptyThemAtEveryLook) {
  std::ostringstream lines;
  log::configure(log::Format::json, log::Level::warn, lines);
  start_clean();
  shared_.be("redis 2");
  outbox_.on_look([&] {
    clock_.advance(CacheCoherence::kLookInterval);
    if (outbox_.believed() == "redis 2") outbox_.believe_elsewhere("redis 3");
  });
  look(12);
  log::configure(log::Format::text, log::Level::info, log::Stream::err);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_GE(shared_.emptied(), 1U);
  EXPECT_LE(shared_.emptied(), 3U) << "in 3 s";
  const std::string text = lines.str();
  EXPECT_NE(text.find("different servers"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST_F(BeliefTest, IsBorneWhileTheStoreIsAwayOnlyIfItIsTheOneThatWasClean) {
  start_clean();
  const auto is_bearable = [&] { return doubt_.is_bearable(clock_.steady_now()); };
  outbox_.be_away(true);
  coherence_.connected();
  EXPECT_TRUE(doubt_.stands());
  EXPECT_FALSE(is_bearable()) << "it may be another server";
  ASSERT_TRUE(run_until(is_bearable)) << "it is not";
  shared_.be("redis 2");
  coherence_.connected();
  fail_to_look(3);
  EXPECT_FALSE(is_bearable());
}

TEST_F(BeliefTest, OneThatDoesNotTellWhoItIsIsNeverBelieved) {
  std::ostringstream lines;
  log::configure(log::Format::json, log::Level::warn, lines);
  shared_.be_nobody();
  start();
  look(4);
  log::configure(log::Format::text, log::Level::info, log::Stream::err);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_EQ(shared_.emptied(), 0U);
  const std::string text = lines.str();
  EXPECT_NE(text.find("does not tell who it is"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST_F(BeliefTest, OneOutOfReachIsNeitherDoubtedNorBelieved) {
  start_clean();
  shared_.lose_connection();
  look(2);
  EXPECT_FALSE(doubt_.stands()) << "nothing changed since";
  coherence_.told(SharedNotice::doubt);
  look(4);
  EXPECT_TRUE(doubt_.stands());
  shared_.find_connection();
  EXPECT_TRUE(loses_doubt());
  EXPECT_EQ(shared_.emptied(), 0U);
}

TEST_F(BeliefTest, OneThatWasDisplacedLongAgoIsChangedAtOnce) {
  start_clean();
  shared_.be("redis 2");
  ASSERT_TRUE(loses_doubt());
  clock_.advance(std::chrono::seconds{20});
  look(2);
  outbox_.believe_elsewhere("redis 3");
  ASSERT_TRUE(run_until([&] { return outbox_.believed() == "redis 2"; }));
  EXPECT_EQ(shared_.emptied(), 2U);
}

}  // namespace
}  // namespace curt::links
