#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/outbox_contract.hpp"

namespace curt::test {
namespace {

using links::Change;
using links::OutboxView;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_P(OutboxContract, TheFirstLookKnowsNothingOfBefore) {
  given_links({"a"});
  ASSERT_TRUE(update("a", with_title("new")));
  const OutboxView first = outbox_->look();
  EXPECT_TRUE(first.incomplete);
  EXPECT_THAT(first.fresh, IsEmpty());
  EXPECT_EQ(first.believed, "");
  EXPECT_TRUE(first.writable);
  EXPECT_TRUE(first.oldest.has_value());
  EXPECT_FALSE(outbox_->look().incomplete);
}

TEST_P(OutboxContract, EachLookNamesWhatWasChangedSinceTheOneBefore) {
  outbox_->look();
  given_links({"created", "edited", "deleted", "both"});
  EXPECT_THAT(outbox_->look().fresh, IsEmpty()) << "creates are not among the changes";
  ASSERT_TRUE(update("edited", with_title("new")));
  ASSERT_TRUE(update("both", with_title("new")));
  EXPECT_THAT(outbox_->look().fresh,
              UnorderedElementsAre(Change{code_of("edited"), 2}, Change{code_of("both"), 2}));
  ASSERT_TRUE(remove("deleted"));
  ASSERT_TRUE(remove("both"));
  EXPECT_THAT(outbox_->look().fresh,
              UnorderedElementsAre(Change{code_of("deleted"), 2}, Change{code_of("both"), 3}));
  EXPECT_THAT(outbox_->look().fresh, IsEmpty());
}

TEST_P(OutboxContract, ARestoredLinkIsAChange) {
  given_links({"back"});
  ASSERT_TRUE(remove("back"));
  outbox_->look();
  ASSERT_TRUE(restore("back"));
  EXPECT_FALSE(restore("back"));
  EXPECT_THAT(outbox_->look().fresh, ElementsAre(Change{code_of("back"), 3}));
  ASSERT_TRUE(await_open(1));
  const std::vector<Link> open = outbox_->open_changes();
  ASSERT_THAT(codes_of(open), ElementsAre("back"));
  EXPECT_FALSE(open[0].deleted_at);
}

TEST_P(OutboxContract, WhatChangesNoVersionIsNoChange) {
  links::NewLink link = new_link("a", "https://example.com/");
  link.settings.max_visits = 10;
  link.title = "title";
  given(link);
  outbox_->look();
  ASSERT_TRUE(update("a", with_title("title")));
  EXPECT_EQ(spend("a", 3).value().granted, 3U);
  EXPECT_FALSE(update("a", with_title("other"), 99));
  const OutboxView view = outbox_->look();
  EXPECT_THAT(view.fresh, IsEmpty());
  EXPECT_FALSE(view.oldest.has_value());
}

TEST_P(OutboxContract, AnOpenChangeIsReadAsTheLinkIsNow) {
  given_links({"b", "a", "c"});
  ASSERT_TRUE(update("b", with_title("first")));
  ASSERT_TRUE(update("b", with_title("second")));
  ASSERT_TRUE(remove("a"));
  ASSERT_TRUE(await_open(2));
  const std::vector<Link> open = outbox_->open_changes();
  ASSERT_THAT(codes_of(open), ElementsAre("a", "b"));
  EXPECT_TRUE(open[0].deleted_at.has_value());
  EXPECT_EQ(open[1].title, "second");
  EXPECT_EQ(open[1].version, 3);
  EXPECT_THAT(codes_of(outbox_->open_changes("", 1)), ElementsAre("a"));
  EXPECT_THAT(codes_of(outbox_->open_changes("a", 1)), ElementsAre("b"));
  EXPECT_THAT(outbox_->open_changes("b"), IsEmpty());
}

TEST_P(OutboxContract, AChangeIsClosedWhenTheCacheThatIsBelievedHasIt) {
  given_links({"a", "b"});
  ASSERT_TRUE(outbox_->believe("redis 1", ""));
  ASSERT_TRUE(update("a", with_title("1")));
  ASSERT_TRUE(update("b", with_title("1")));
  ASSERT_TRUE(update("b", with_title("2")));
  ASSERT_TRUE(await_open(2));
  outbox_->note({{code_of("a"), 2}, {code_of("b"), 3}}, "redis 2");
  EXPECT_EQ(outbox_->look().open, 2U) << "another one has it";
  outbox_->note({{code_of("b"), 2}, {code_of("a"), 2}, {code_of("b"), 1}}, "redis 1");
  EXPECT_THAT(codes_of(outbox_->open_changes()), ElementsAre("b")) << "an older version of b was announced";
  outbox_->note({{code_of("b"), 2}, {code_of("b"), 3}, {code_of("none"), 7}, {code_of("b"), 2}}, "redis 1");
  const OutboxView view = outbox_->look();
  EXPECT_EQ(view.open, 0U);
  EXPECT_FALSE(view.oldest.has_value());
  EXPECT_EQ(view.believed, "redis 1");
  ASSERT_TRUE(update("a", with_title("2")));
  EXPECT_TRUE(await_open(1)) << "changed once more";
}

TEST_P(OutboxContract, WhatAnotherCacheHasIsOpenToTheOneThatIsBelievedNext) {
  given_links({"a"});
  ASSERT_TRUE(outbox_->believe("redis 1", ""));
  ASSERT_TRUE(update("a", with_title("1")));
  outbox_->note({{code_of("a"), 2}}, "redis 1");
  EXPECT_FALSE(outbox_->look().oldest.has_value());
  ASSERT_TRUE(outbox_->believe("redis 2", "redis 1"));
  ASSERT_TRUE(await_open(1));
  EXPECT_EQ(outbox_->look().believed, "redis 2");
}

TEST_P(OutboxContract, OneOfTwoWhoBelieveAtOnceIsRefused) {
  ASSERT_TRUE(outbox_->believe("redis 1", ""));
  EXPECT_FALSE(outbox_->believe("redis 2", ""));
  EXPECT_EQ(outbox_->look().believed, "redis 1");
  given_links({"a"});
  ASSERT_TRUE(update("a", with_title("1")));
  outbox_->note({{code_of("a"), 2}}, "redis 1");
  EXPECT_FALSE(outbox_->believe("redis 3", "redis 2"));
  EXPECT_FALSE(outbox_->look().oldest.has_value()) << "nothing is open again";
}

TEST_P(OutboxContract, OthersCanSeeForAWhileWhatIsClosed) {
  given_links({"a", "b"});
  outbox_->look();
  ASSERT_TRUE(outbox_->believe("redis", ""));
  ASSERT_TRUE(update("a", with_title("1")));
  outbox_->note({{code_of("a"), 2}}, "redis");
  EXPECT_EQ(outbox_->sweep(), 0U);
  EXPECT_THAT(outbox_->look().fresh, ElementsAre(Change{code_of("a"), 2}));
}

TEST_P(OutboxContract, TooManyChangesAreNotNamed) {
  for (std::size_t i = 0; i <= OutboxView::kMost; ++i) {
    given(new_link("c" + std::to_string(i), "https://example.com/"));
  }
  outbox_->look();
  on_threads(4, [&](std::size_t thread) {
    for (std::size_t i = thread; i <= OutboxView::kMost; i += 4) {
      ASSERT_TRUE(update("c" + std::to_string(i), with_title("new")));
    }
  });
  const OutboxView view = outbox_->look();
  EXPECT_TRUE(view.incomplete);
  EXPECT_THAT(view.fresh, IsEmpty());
  EXPECT_TRUE(await_open(OutboxView::kMost + 1));
  EXPECT_FALSE(outbox_->look().incomplete);
}

}  // namespace
}  // namespace curt::test
