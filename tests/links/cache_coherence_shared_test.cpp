#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "curt/base/logging.hpp"

#include "support/links/coherence_fixture.hpp"

namespace curt::links {
namespace {

using test::code_of;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

/// What an instance does about a shared cache that may not know of every change.
class CoherenceMendsTest : public SharedCoherenceTest {
 protected:
  /// Leaves changes of so many links open.
  void leave_open(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) outbox_.leave_open(link_of(fmt::format("code{:04}", i), 2));
  }

  [[nodiscard]] std::vector<std::size_t> sizes_announced() const {
    std::vector<std::size_t> sizes;
    for (const auto& changes : shared_.announced()) sizes.push_back(changes.size());
    return sizes;
  }
};

TEST_F(CoherenceMendsTest, AnOpenChangeIsDoubtedAnnouncedAndNoted) {
  start_clean();
  remember({"abc", "abd"});
  shared_.put(code_of("abc"), to_cache_entry(link_of("abc", 1)));
  shared_.while_announcing([&] { EXPECT_TRUE(doubt_.stands()); });
  outbox_.leave_open(link_of("abc", 2));
  look();
  EXPECT_TRUE(doubt_.stands());
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_TRUE(is_cached("abd"));
  EXPECT_EQ(metric("curt_outbox_open"), "1");
  EXPECT_EQ(metric("curt_outbox_oldest_seconds"), "1.5");
  EXPECT_THAT(shared_.announced(), ElementsAre(ElementsAre(change("abc", 2))));
  EXPECT_THAT(shared_.tellings(), ElementsAre(Telling::each_link_once_set));
  EXPECT_EQ(shared_.held(code_of("abc"))->version, 2);
  EXPECT_EQ(metric("curt_cache_changes_replayed_total"), "1");
  ASSERT_TRUE(loses_doubt());
  ASSERT_EQ(outbox_.notes().size(), 1U);
  EXPECT_THAT(outbox_.notes()[0].changes, ElementsAre(change("abc", 2)));
  EXPECT_EQ(outbox_.notes()[0].identity, "redis 1");
  EXPECT_EQ(metric("curt_outbox_open"), "0");
  EXPECT_EQ(metric("curt_outbox_oldest_seconds"), "0");
  EXPECT_THAT(shared_.notices(), IsEmpty());
  EXPECT_EQ(shared_.emptied(), 0U);
}

TEST_F(CoherenceMendsTest, ForgetsAllWhereItCannotReadWhatIsOpen) {
  start_clean();
  remember({"abc"});
  outbox_.hide_open();
  outbox_.leave_open(link_of("abd", 2));
  look();
  EXPECT_TRUE(doubt_.stands());
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(CoherenceMendsTest, AnnouncesManyInPagesInTheOrderOfTheirCodes) {
  start_clean();
  leave_open(700);
  look();
  EXPECT_THAT(sizes_announced(), ElementsAre(500, 200));
  EXPECT_EQ(shared_.announced()[0].front().code.view(), "code0000");
  EXPECT_EQ(shared_.announced()[0].back().code.view(), "code0499");
  EXPECT_EQ(shared_.announced()[1].front().code.view(), "code0500");
  ASSERT_TRUE(loses_doubt());
  EXPECT_EQ(outbox_.open(), 0U);
  EXPECT_THAT(shared_.notices(), IsEmpty());
}

TEST_F(CoherenceMendsTest, OneMessageStandsForTheChangesOfVeryMany) {
  start_clean();
  remember({"abc"});
  leave_open(OutboxView::kMost + 1);
  shared_.while_announcing(
      [&] { EXPECT_THAT(shared_.notices(), IsEmpty()) << "others would read old values"; });
  look();
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_THAT(sizes_announced(), ElementsAre(500, 500, 1));
  EXPECT_THAT(shared_.tellings(), Each(Telling::nobody));
  EXPECT_THAT(shared_.notices(), ElementsAre(SharedNotice::forget_all));
  EXPECT_EQ(shared_.held(code_of("code1000"))->version, 2);
  ASSERT_TRUE(loses_doubt());
  EXPECT_EQ(outbox_.open(), 0U);
}

TEST_F(CoherenceMendsTest, TriesAgainUntilItIsTaken) {
  start_clean();
  shared_.refuse_values();
  leave_open(700);
  look(2);
  EXPECT_THAT(sizes_announced(), ElementsAre(500, 500)) << "what is refused is not gone on with";
  EXPECT_THAT(outbox_.notes(), IsEmpty());
  EXPECT_TRUE(doubt_.stands());
  shared_.take_values();
  EXPECT_TRUE(loses_doubt());
  EXPECT_EQ(shared_.held(code_of("code0699"))->version, 2);
}

TEST_F(CoherenceMendsTest, TellsNobodyToForgetAllWhereNothingIsTaken) {
  start_clean();
  shared_.refuse_values();
  leave_open(OutboxView::kMost + 1);
  look(3);
  EXPECT_THAT(shared_.notices(), IsEmpty()) << "all would forget what they know over and over";
  shared_.take_values();
  ASSERT_TRUE(loses_doubt());
  EXPECT_THAT(shared_.notices(), ElementsAre(SharedNotice::forget_all));
}

TEST_F(CoherenceMendsTest, ForgetsWhatIsOpenThoughItWasInDoubtBefore) {
  start_clean();
  outbox_.take_writes(false);
  look();
  remember({"abc"});
  coherence_.told(SharedNotice::doubt);
  outbox_.leave_open(link_of("abc", 2));
  look();
  EXPECT_FALSE(is_cached("abc")) << "it may have been read before the doubt, from the shared cache";
}

TEST_F(CoherenceMendsTest, AnotherServerIsEmptiedBeforeItIsBelieved) {
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

TEST_F(CoherenceMendsTest, IsNotBelievedUntilItCanBeEmptied) {
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

TEST_F(CoherenceMendsTest, IsNotBelievedIfItBecameAnotherOneWhileItWasEmptied) {
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

TEST_F(CoherenceMendsTest, IsEmptiedByOneInstanceAtATime) {
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

TEST_F(CoherenceMendsTest, IsEmptiedWhenTheDatabaseMayHaveLostWhatItKnows) {
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

TEST_F(CoherenceMendsTest, TwoInstancesWithServersOfTheirOwnDoNotEmptyThemAtEveryLook) {
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

TEST_F(CoherenceMendsTest, IsBorneWhileTheStoreIsAwayOnlyIfItIsTheOneThatWasClean) {
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

TEST_F(CoherenceMendsTest, OneThatDoesNotTellWhoItIsIsNeverBelieved) {
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

TEST_F(CoherenceMendsTest, OneOutOfReachIsNeitherDoubtedNorBelieved) {
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

TEST_F(CoherenceMendsTest, LeavesADatabaseThatTakesNoWritesAlone) {
  start_clean();
  outbox_.take_writes(false);
  look();
  test::run(announcer_.changed(link_of("abc", 2)));
  outbox_.leave_open(link_of("abd", 2));
  look(2);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_THAT(sizes_announced(), ElementsAre(1)) << "by the one who made the change";
  EXPECT_THAT(outbox_.notes(), IsEmpty());
  outbox_.take_writes(true);
  EXPECT_TRUE(loses_doubt());
  EXPECT_EQ(outbox_.open(), 0U);
}

TEST_F(CoherenceMendsTest, NotesWhatThisInstanceAnnounced) {
  start_clean();
  test::run(announcer_.changed(link_of("abc", 2)));
  test::run(announcer_.changed(link_of("abd", 3)));
  ASSERT_TRUE(run_until([&] { return !outbox_.notes().empty(); }));
  EXPECT_THAT(outbox_.notes()[0].changes, ElementsAre(change("abc", 2), change("abd", 3)));
  EXPECT_EQ(outbox_.notes()[0].identity, "redis 1");
}

TEST_F(CoherenceMendsTest, NotesNothingThatWentToAServerFromBeforeAConnection) {
  start_clean();
  test::run(announcer_.changed(link_of("before", 2)));
  coherence_.connected();
  EXPECT_TRUE(doubt_.stands());
  test::run(announcer_.changed(link_of("after", 2)));
  ASSERT_TRUE(run_until([&] { return !outbox_.notes().empty(); }));
  ASSERT_TRUE(loses_doubt());
  ASSERT_EQ(outbox_.notes().size(), 1U);
  EXPECT_THAT(outbox_.notes()[0].changes, ElementsAre(change("after", 2)));
}

TEST_F(CoherenceMendsTest, NotesWhatWasAnnouncedWhenItStops) {
  start_clean();
  test::run(announcer_.changed(link_of("abc", 2)));
  coherence_.stop();
  context_.restart();
  context_.run();
  ASSERT_EQ(outbox_.notes().size(), 1U);
  EXPECT_THAT(outbox_.notes()[0].changes, ElementsAre(change("abc", 2)));
  EXPECT_EQ(outbox_.looks(), 1U);
}

}  // namespace
}  // namespace curt::links
