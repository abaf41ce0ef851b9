#include "curt/links/cache_coherence.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "curt/base/logging.hpp"

#include "support/links/coherence_fixture.hpp"

namespace curt::links {
namespace {

using test::code_of;
using testing::IsEmpty;

/// Without a shared cache.
class LoneCoherenceTest : public CoherenceTest {
 protected:
  LoneCoherenceTest() : CoherenceTest(nullptr) {}
};

TEST_F(SharedCoherenceTest, ForgetsWhatWasChangedAnywhere) {
  start_clean();
  remember({"abc", "abd", "abe"});
  outbox_.happen(code_of("abc"), 2);
  outbox_.happen(code_of("abe"), 1);
  look();
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_TRUE(is_cached("abd"));
  EXPECT_TRUE(is_cached("abe")) << "it is as new as the change";
}

TEST_F(SharedCoherenceTest, ForgetsAllAtTheFirstLookAndWhereChangesAreMissing) {
  remember({"abc"});
  start_clean();
  EXPECT_FALSE(is_cached("abc"));
  remember({"abc"});
  look();
  EXPECT_TRUE(is_cached("abc"));
  outbox_.miss_changes();
  look();
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(SharedCoherenceTest, ALookThatFailsChangesNothing) {
  start_clean();
  remember({"abc"});
  fail_to_look(2);
  EXPECT_TRUE(is_cached("abc"));
  EXPECT_FALSE(doubt_.stands());
  coherence_.told(SharedNotice::doubt);
  fail_to_look(3);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_TRUE(loses_doubt());
}

TEST_F(SharedCoherenceTest, SeesOnceMoreWhatALookSawThatDidNotEndWell) {
  start_clean();
  remember({"abc"});
  shared_.break_down_once();
  outbox_.happen(code_of("abc"), 2);
  look(2);
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(SharedCoherenceTest, DoubtOfAnotherInstanceLastsUntilALookFindsNothing) {
  start_clean();
  EXPECT_EQ(metric("curt_cache_shared_first"), "1");
  coherence_.told(SharedNotice::doubt);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_EQ(metric("curt_cache_shared_first"), "0");
  EXPECT_TRUE(loses_doubt());
}

TEST_F(SharedCoherenceTest, DoesAtOnceWhatItHears) {
  remember({"abc", "abd"});
  coherence_.changed(code_of("abc"), 2);
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_TRUE(is_cached("abd"));
  EXPECT_EQ(metric("curt_cache_changes_heard_total"), "1");
  coherence_.changed(code_of("abd"), 0);
  EXPECT_FALSE(is_cached("abd")) << "a change of unknown version";
  remember({"abc"}, 2);
  coherence_.told(SharedNotice::forget_all);
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(SharedCoherenceTest, WhatItKnewBeforeItWentDeafIsSuspect) {
  remember({"abc"});
  coherence_.deaf();
  EXPECT_FALSE(is_cached("abc"));
  coherence_.listening();
  EXPECT_FALSE(is_cached("abc"));
  remember({"abc"});
  clock_.advance(std::chrono::seconds{10});
  EXPECT_TRUE(is_cached("abc"));
}

TEST_F(SharedCoherenceTest, ManyNewLinksMakeItForgetWhichCodesHaveNone) {
  start_clean();
  Call call{Deadline::in(test::patience())};
  const auto kind_of = [&](std::string_view code) {
    return test::run(resolver_.load(call, code_of(code)))->kind;
  };
  EXPECT_EQ(kind_of("abc"), CacheEntry::Kind::not_found);
  shared_.put(code_of("abd"), {});
  remember({"abe"});
  for (const char* code : {"abc", "abd"}) store_.put(link_of(code, 1));
  coherence_.told(SharedNotice::forget_absent);
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_TRUE(is_cached("abe"));
  clock_.advance(2 * kAbsentTtl - std::chrono::milliseconds{1});
  EXPECT_EQ(kind_of("abc"), CacheEntry::Kind::found);
  EXPECT_EQ(kind_of("abd"), CacheEntry::Kind::found) << "though the shared cache knows of none";
  shared_.put(code_of("abf"), {});
  store_.put(link_of("abf", 1));
  clock_.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(kind_of("abf"), CacheEntry::Kind::not_found) << "believed again: it would be forgotten by now";
}

TEST_F(SharedCoherenceTest, SweepsOnceInAWhile) {
  start_clean();
  look(2);
  EXPECT_EQ(outbox_.sweeps().size(), 1U);
}

TEST_F(LoneCoherenceTest, TrustsWhatItKnowsFromTheFirstLookOn) {
  cache_.changes_go_unheard();
  start();
  look();
  remember({"abc"});
  clock_.advance(std::chrono::seconds{10});
  EXPECT_TRUE(is_cached("abc"));
}

TEST_F(LoneCoherenceTest, TrustsWhatItKnowsForAMomentBeforeTheFirstLook) {
  cache_.changes_go_unheard();
  start();
  fail_to_look(1);
  remember({"abc"});
  EXPECT_TRUE(is_cached("abc"));
  clock_.advance(std::chrono::seconds{1});
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(LoneCoherenceTest, ForgetsWhatWasChangedAnywhere) {
  start();
  look();
  remember({"abc", "abd"});
  outbox_.happen(code_of("abc"), 2);
  outbox_.leave_open(link_of("abc", 2));
  look();
  EXPECT_FALSE(is_cached("abc"));
  EXPECT_TRUE(is_cached("abd"));
  EXPECT_THAT(outbox_.notes(), IsEmpty()) << "nobody announces anything";
  EXPECT_EQ(outbox_.believed(), "");
}

TEST_F(LoneCoherenceTest, ForgetsAllWhenItCouldNotLookForLong) {
  outbox_.on_look([&] { clock_.advance(std::chrono::seconds{2}); });
  store_.fail_with(ErrorCode::unavailable);
  start();
  look();
  remember({"abc"});
  fail_to_look(1);
  look();
  EXPECT_TRUE(is_cached("abc")) << "whatever happened is still to be seen";
  fail_to_look(4);
  EXPECT_TRUE(is_cached("abc"));
  look();
  EXPECT_FALSE(is_cached("abc")) << "some may have been swept away";
}

TEST_F(LoneCoherenceTest, TrustsNothingForLongWhenItCannotLookThoughTheStoreAnswers) {
  std::ostringstream lines;
  log::configure(log::Format::json, log::Level::info, lines);
  outbox_.on_look([&] { clock_.advance(std::chrono::seconds{2}); });
  start();
  look();
  remember({"abc"});
  fail_to_look(2);
  EXPECT_TRUE(is_cached("abc"));
  fail_to_look(4);
  EXPECT_FALSE(is_cached("abc")) << "others may change links";
  look();
  remember({"abd"});
  clock_.advance(std::chrono::seconds{1});
  EXPECT_TRUE(is_cached("abd"));
  log::configure(log::Format::text, log::Level::info, log::Stream::err);
  const std::string text = lines.str();
  EXPECT_NE(text.find("cannot be followed"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
}

}  // namespace
}  // namespace curt::links
