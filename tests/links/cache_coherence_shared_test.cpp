#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/links/coherence_fixture.hpp"

namespace curt::links {
namespace {

using test::code_of;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

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
