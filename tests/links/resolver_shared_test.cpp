#include <chrono>
#include <string_view>

#include <gtest/gtest.h>

#include "support/links/resolver_fixture.hpp"
#include "support/metric_value.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using Kind = CacheEntry::Kind;
using test::code_of;
using test::stored;

/// A resolver with a cache beside it that it shares with other instances.
class SharedResolverTest : public SharedResolverFixture {};

TEST_F(SharedResolverTest, AsksTheSharedCacheBeforeTheStore) {
  shared_.put(code_of("abc"), to_cache_entry(stored("abc", "https://example.com/", 3)));
  const auto entry = load("abc");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->link->target, "https://example.com/");
  EXPECT_EQ(store_.finds(), 0U);
  EXPECT_TRUE(is_cached("abc"));
}

TEST_F(SharedResolverTest, TellsTheSharedCacheWhatTheStoreSaid) {
  store_.put(stored("abc", "https://example.com/", 3));
  ASSERT_TRUE(load("abc"));
  ASSERT_TRUE(load("none"));
  ASSERT_TRUE(shared_.held(code_of("abc")));
  EXPECT_EQ(shared_.held(code_of("abc"))->version, 3);
  EXPECT_EQ(shared_.held(code_of("none"))->kind, Kind::not_found);
}

TEST_F(SharedResolverTest, AsksTheStoreWhenTheSharedCacheIsOutOfReach) {
  shared_.lose_connection();
  store_.put(stored("abc", "https://example.com/"));
  EXPECT_EQ(load("abc")->kind, Kind::found);
}

TEST_F(SharedResolverTest, ForgetsWhatAnotherInstanceChanged) {
  store_.put(stored("abc", "https://example.com/"));
  ASSERT_TRUE(load("abc"));
  resolver_.invalidate(code_of("abc"), 2);
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(SharedResolverTest, KeepsWhatIsAsNewAsTheChange) {
  store_.put(stored("abc", "https://example.com/", 2));
  ASSERT_TRUE(load("abc"));
  resolver_.invalidate(code_of("abc"), 2);
  EXPECT_TRUE(is_cached("abc"));
  resolver_.invalidate(code_of("abc"), 0);
  EXPECT_FALSE(is_cached("abc")) << "a change of unknown version";
}

TEST_F(SharedResolverTest, AsksAgainForWhatItKnewBeforeItWentDeaf) {
  store_.put(stored("abc", "https://old.example/", 1));
  ASSERT_TRUE(load("abc"));
  cache_.changes_go_unheard();
  EXPECT_FALSE(is_cached("abc"));
  cache_.changes_are_heard();
  EXPECT_FALSE(is_cached("abc")) << "it may have changed meanwhile";
  ASSERT_TRUE(load("abc"));
  EXPECT_TRUE(is_cached("abc"));
}

TEST_F(SharedResolverTest, TrustsWhatItReadsWhileDeafForLessThanASecond) {
  cache_.changes_go_unheard();
  shared_.lose_connection();
  store_.put(stored("abc", "https://example.com/"));
  ASSERT_TRUE(load("abc"));
  EXPECT_TRUE(is_cached("abc"));
  clock_.advance(std::chrono::seconds{1});
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(SharedResolverTest, ForgetsInTimeThoughTheWallClockStepsBack) {
  store_.put(stored("abc", "https://example.com/"));
  ASSERT_TRUE(load("abc"));
  clock_.set(test::kNow - std::chrono::hours{1});
  clock_.advance(std::chrono::seconds{59});
  EXPECT_TRUE(is_cached("abc"));
  clock_.advance(std::chrono::seconds{1});
  EXPECT_FALSE(is_cached("abc"));

  cache_.changes_go_unheard();
  shared_.lose_connection();
  ASSERT_TRUE(load("abc"));
  clock_.set(test::kNow - std::chrono::hours{2});
  clock_.advance(std::chrono::seconds{1});
  EXPECT_FALSE(is_cached("abc")) << "trusted for half a second while deaf";
}

TEST_F(SharedResolverTest, AnswersWithWhatIsStaleWhenNothingElseAnswers) {
  store_.put(stored("abc", "https://example.com/"));
  ASSERT_TRUE(load("abc"));
  ASSERT_TRUE(load("none"));
  cache_.changes_go_unheard();
  shared_.lose_connection();
  store_.fail_with(ErrorCode::unavailable);
  const auto stale = load("abc");
  ASSERT_TRUE(stale);
  EXPECT_EQ(stale->link->target, "https://example.com/");
  EXPECT_EQ(test::metric_value(metrics_, "curt_cache_stale_total"), "1");
  EXPECT_EQ(test::error_of(load("none")), ErrorCode::unavailable)
      << "that there was no link says nothing of now";

  clock_.advance(std::chrono::minutes{59});
  EXPECT_TRUE(load("abc"));
  clock_.advance(std::chrono::minutes{1});
  EXPECT_EQ(test::error_of(load("abc")), ErrorCode::unavailable) << "too old";
}

TEST_F(SharedResolverTest, DoesNotTakeAnOlderVersionFromTheSharedCacheThanItKnew) {
  store_.put(stored("abc", "https://new.example/", 2));
  ASSERT_TRUE(load("abc"));
  shared_.put(code_of("abc"), to_cache_entry(stored("abc", "https://old.example/", 1)));
  cache_.changes_go_unheard();
  cache_.changes_are_heard();
  EXPECT_EQ(load("abc")->version, 2) << "from the store";
  cache_.changes_go_unheard();
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(load("abc")->version, 2) << "from what it knew";
}

TEST_F(SharedResolverTest, AsksTheStoreFirstWhileInDoubt) {
  store_.put(stored("abc", "https://new.example/", 2));
  shared_.put(code_of("abc"), to_cache_entry(stored("abc", "https://old.example/", 1)));
  shared_.put(code_of("abd"), to_cache_entry(stored("abd", "https://old.example/", 1)));
  doubt_.found(clock_.steady_now());
  EXPECT_EQ(load("abc")->version, 2);
  EXPECT_EQ(shared_.held(code_of("abc"))->version, 2) << "what the store said is passed on";
  EXPECT_EQ(load("abd")->kind, Kind::not_found);
  doubt_.found_none(clock_.steady_now());
  shared_.put(code_of("abe"), to_cache_entry(stored("abe", "https://example.com/", 1)));
  EXPECT_EQ(load("abe")->version, 1) << "believed again";
}

TEST_F(SharedResolverTest, PassesOnWhatItDoubtsWhereTheStoreIsAwayAndRemembersItNot) {
  shared_.put(code_of("abc"), to_cache_entry(stored("abc", "https://example.com/", 1)));
  store_.fail_with(ErrorCode::unavailable);
  doubt_.found(clock_.steady_now());
  EXPECT_EQ(load("abc")->version, 1) << "better than no answer";
  EXPECT_EQ(test::metric_value(metrics_, "curt_cache_stale_total"), "1");
  EXPECT_FALSE(is_cached("abc"));

  clock_.advance(kStaleMax - std::chrono::milliseconds{1});
  EXPECT_TRUE(load("abc"));
  clock_.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(test::error_of(load("abc")), ErrorCode::unavailable) << "too long in doubt";
}

TEST_F(SharedResolverTest, DoesNotPassOnWhatItDoubtsBeforeItWasEverClean) {
  const Doubt doubt{std::chrono::hours{1}, clock_.steady_now()};
  Metrics metrics;
  Resolver resolver{store_, cache_, &shared_, doubt, clock_, metrics};
  shared_.put(code_of("abc"), to_cache_entry(stored("abc", "https://example.com/", 1)));
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(test::error_of(test::run(resolver.load(call_, code_of("abc")))), ErrorCode::unavailable);
}

TEST_F(SharedResolverTest, KeepsToItselfWhatTookLongToRead) {
  store_.put(stored("abc", "https://example.com/", 1));
  store_.hold();
  const Outcome& outcome = start("abc");
  clock_.advance(std::chrono::seconds{1});
  release();
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_TRUE(is_cached("abc"));
  EXPECT_FALSE(shared_.held(code_of("abc"))) << "a change since may be forgotten there by now";
}

TEST_F(SharedResolverTest, DoesNotBelieveForAWhileThatThereIsNoLinkWhereManyWereMade) {
  const CacheEntry none{Kind::not_found, nullptr, 0};
  for (const std::string_view code : {"abc", "abd"}) {
    store_.put(stored(code, "https://example.com/", 1));
    shared_.put(code_of(code), none);
  }
  resolver_.forget_absent(std::chrono::seconds{20});
  EXPECT_EQ(load("abc")->kind, Kind::found);
  clock_.advance(std::chrono::seconds{20});
  EXPECT_EQ(load("abd")->kind, Kind::not_found);
}

}  // namespace
}  // namespace curt::links
