#include <chrono>

#include <gtest/gtest.h>

#include "curt/cache/local/local_link_cache.hpp"
#include "curt/links/cache_coherence.hpp"
#include "curt/links/resolver.hpp"

#include "support/eventually.hpp"
#include "support/fakes/fake_link_store.hpp"
#include "support/fakes/fake_shared_cache.hpp"
#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using Kind = CacheEntry::Kind;
using test::code_of;
using test::stored;

/// A resolver with a cache beside it that it shares with other instances.
class SharedResolverTest : public testing::Test {
 protected:
  result<CacheEntry> load(std::string_view code) { return test::run(resolver_.load(call_, code_of(code))); }
  bool is_cached(std::string_view code) {
    return resolver_.cached(code_of(code), clock_.steady_now()).has_value();
  }

  Metrics metrics_;
  test::FakeLinkStore store_;
  test::FakeSharedCache shared_;
  test::ManualClock clock_{test::kNow};
  cache::LocalLinkCache cache_{{}, metrics_};
  Resolver resolver_{store_, cache_, &shared_, clock_, metrics_};
  CacheCoherence coherence_{store_, cache_, resolver_, metrics_};
  Call call_{Deadline::in(test::patience())};
};

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
  coherence_.changed(code_of("abc"), 2);
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(SharedResolverTest, KeepsWhatIsAsNewAsTheChange) {
  store_.put(stored("abc", "https://example.com/", 2));
  ASSERT_TRUE(load("abc"));
  coherence_.changed(code_of("abc"), 2);
  EXPECT_TRUE(is_cached("abc"));
  coherence_.changed(code_of("abc"), 0);
  EXPECT_FALSE(is_cached("abc")) << "a change of unknown version";
}

TEST_F(SharedResolverTest, AsksAgainForWhatItKnewBeforeItWentDeaf) {
  store_.put(stored("abc", "https://old.example/", 1));
  ASSERT_TRUE(load("abc"));
  coherence_.deaf();
  EXPECT_FALSE(is_cached("abc"));
  coherence_.listening();
  EXPECT_FALSE(is_cached("abc")) << "it may have changed meanwhile";
  ASSERT_TRUE(load("abc"));
  EXPECT_TRUE(is_cached("abc"));
}

TEST_F(SharedResolverTest, TrustsWhatItReadsWhileDeafForLessThanASecond) {
  coherence_.deaf();
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

  coherence_.deaf();
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
  coherence_.deaf();
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

TEST_F(SharedResolverTest, AnnouncesAChangeWithTheLinkAsItIsNow) {
  test::run(resolver_.announce(stored("abc", "https://example.com/", 4)));
  EXPECT_EQ(shared_.announced(), std::vector{code_of("abc")});
  EXPECT_EQ(shared_.held(code_of("abc"))->version, 4);
  test::run(resolver_.announce_unknown(code_of("abc")));
  EXPECT_FALSE(shared_.held(code_of("abc")));
}

TEST_F(SharedResolverTest, DoesNotTakeAnOlderVersionFromTheSharedCacheThanItKnew) {
  store_.put(stored("abc", "https://new.example/", 2));
  ASSERT_TRUE(load("abc"));
  shared_.put(code_of("abc"), to_cache_entry(stored("abc", "https://old.example/", 1)));
  coherence_.deaf();
  coherence_.listening();
  EXPECT_EQ(load("abc")->version, 2) << "from the store";
  coherence_.deaf();
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(load("abc")->version, 2) << "from what it knew";
}

TEST_F(SharedResolverTest, AsksTheStoreFirstUntilWhatChangedInAnOutageIsAnnounced) {
  net::io_context context{1};
  coherence_.use(context.get_executor());
  store_.put(stored("abc", "https://new.example/", 2));
  shared_.put(code_of("abc"), to_cache_entry(stored("abc", "https://old.example/", 1)));
  coherence_.restored(test::kNow);
  EXPECT_EQ(test::metric_value(metrics_, "curt_cache_shared_first"), "0");
  EXPECT_EQ(load("abc")->version, 2);
  store_.fail_with(ErrorCode::unavailable);
  shared_.put(code_of("abd"), to_cache_entry(stored("abd", "https://example.com/", 1)));
  EXPECT_EQ(load("abd")->version, 1) << "better than no answer";
  store_.fail_with(std::nullopt);
  context.run();
  EXPECT_EQ(load("abd")->version, 1) << "trusted again";
  EXPECT_EQ(test::metric_value(metrics_, "curt_cache_shared_first"), "1");
  EXPECT_EQ(shared_.held(code_of("abc"))->version, 2);
}

TEST_F(SharedResolverTest, GoesOnAnnouncingAnewUntilTheSharedCacheTakesIt) {
  net::io_context context{1};
  coherence_.use(context.get_executor());
  store_.put(stored("abc", "https://example.com/", 2));
  shared_.lose_connection();
  coherence_.restored(test::kNow);
  ASSERT_TRUE(test::eventually([&] {
    context.poll();
    return !shared_.announced().empty();
  }));
  shared_.find_connection();
  context.restart();
  context.run();
  EXPECT_EQ(shared_.held(code_of("abc"))->version, 2);
}

TEST_F(SharedResolverTest, AnnouncesAnewWhatChangedSinceAnOutageBegan) {
  net::io_context context{1};
  coherence_.use(context.get_executor());
  Link deleted = stored("gone", "https://example.com/", 2);
  deleted.deleted_at = deleted.updated_at = test::kLater;
  Link old = stored("old", "https://example.com/");
  old.updated_at = test::kNow - std::chrono::hours{1};
  for (const Link& link : {stored("abc", "https://example.com/"), deleted, old}) store_.put(link);
  coherence_.restored(test::kNow);
  coherence_.restored(test::kLater);
  context.run();
  EXPECT_EQ(shared_.held(code_of("abc"))->kind, Kind::found);
  EXPECT_EQ(shared_.held(code_of("gone"))->kind, Kind::gone);
  EXPECT_FALSE(shared_.held(code_of("old")));
}

}  // namespace
}  // namespace curt::links
