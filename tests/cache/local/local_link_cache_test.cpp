#include "curt/cache/local/local_link_cache.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/cache/local_cache_fixture.hpp"
#include "support/metric_value.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(LocalLinkCacheTest, KnowsNothingAtFirst) {
  EXPECT_FALSE(find("abc"));
  EXPECT_EQ(cache_.size(), 0U);
  EXPECT_EQ(cache_.bytes(), 0U);
}

TEST_F(LocalLinkCacheTest, GivesBackWhatItWasFilledWith) {
  fill("abc", found(3, "https://example.com/a"));
  fill("abd", not_found());
  fill("abe", gone(7));

  const auto link = find("abc");
  ASSERT_TRUE(link);
  EXPECT_EQ(link->kind, Kind::found);
  EXPECT_EQ(link->version, 3);
  EXPECT_EQ(link->link->target, "https://example.com/a");
  ASSERT_TRUE(find("abd"));
  EXPECT_EQ(find("abd")->kind, Kind::not_found);
  ASSERT_TRUE(find("abe"));
  EXPECT_EQ(find("abe")->kind, Kind::gone);
  EXPECT_EQ(find("abe")->version, 7);
  EXPECT_EQ(cache_.size(), 3U);
}

TEST_F(LocalLinkCacheTest, KeepsCodesApartThatDifferInCase) {
  fill("abc", found());
  EXPECT_FALSE(find("ABC"));
}

TEST_F(LocalLinkCacheTest, ForgetsACodeThatIsInvalidated) {
  fill("abc", found());
  fill("abd", found());
  cache_.invalidate(code_of("abc"), 1);
  EXPECT_TRUE(find("abc")) << "it is as new as the change";
  cache_.invalidate(code_of("abc"), 2);
  EXPECT_FALSE(find("abc"));
  EXPECT_TRUE(find("abd"));
  EXPECT_EQ(cache_.size(), 1U);
}

TEST_F(LocalLinkCacheTest, RefusesWhatWasReadBeforeTheCodeWasInvalidated) {
  const links::FillTicket ticket = cache_.begin_fill(code_of("abc"), kNow);
  cache_.invalidate(code_of("abc"), 2);
  cache_.fill(code_of("abc"), ticket, found(1), kNow);
  EXPECT_FALSE(find("abc"));
  cache_.fill(code_of("abc"), ticket, not_found(), kNow);
  EXPECT_FALSE(find("abc"));
}

TEST_F(LocalLinkCacheTest, TakesWhatWasReadAfterTheCodeWasInvalidated) {
  cache_.invalidate(code_of("abc"), 2);
  fill("abc", found(2));
  ASSERT_TRUE(find("abc"));
  EXPECT_EQ(find("abc")->version, 2);
}

TEST_F(LocalLinkCacheTest, TakesTheNewerVersionOnly) {
  fill("abc", found(2, "https://second.example/"));
  fill("abc", found(1, "https://first.example/"));
  EXPECT_EQ(find("abc")->link->target, "https://second.example/");
  fill("abc", not_found());
  EXPECT_EQ(find("abc")->kind, Kind::found);
  fill("abc", found(3, "https://third.example/"));
  EXPECT_EQ(find("abc")->link->target, "https://third.example/");
  fill("abc", gone(4));
  EXPECT_EQ(find("abc")->kind, Kind::gone);
  EXPECT_EQ(cache_.size(), 1U);
}

TEST_F(LocalLinkCacheTest, KeepsALinkForItsTimeFromTheLastFill) {
  const SteadyTime end = kNow + seconds{60};
  fill("abc", found());
  EXPECT_TRUE(find("abc", end - milliseconds{1}));
  fill("abc", found(), kNow + seconds{30});
  EXPECT_TRUE(find("abc", end));
  EXPECT_FALSE(find("abc", end + seconds{30}));
}

TEST_F(LocalLinkCacheTest, SaysWhetherItTookWhatWasRead) {
  const auto ticket = cache_.begin_fill(code_of("abc"), kNow);
  EXPECT_TRUE(cache_.fill(code_of("abc"), ticket, found(2), kNow));
  EXPECT_FALSE(cache_.fill(code_of("abc"), ticket, found(1), kNow));
  cache_.invalidate(code_of("abc"), 3);
  EXPECT_FALSE(cache_.fill(code_of("abc"), ticket, found(2), kNow));
}

TEST_F(LocalLinkCacheTest, TakesWhatWasReadWhileManyOtherCodesChanged) {
  const auto ticket = cache_.begin_fill(code_of("abc"), kNow);
  for (int i = 0; i < 10'000; ++i) cache_.invalidate(code_of(fmt::format("other{}", i)), 2);
  EXPECT_TRUE(cache_.fill(code_of("abc"), ticket, found(), kNow));
  EXPECT_TRUE(find("abc"));
}

TEST_F(LocalLinkCacheTest, RefusesWhatMayHaveChangedAmongMoreThanItRemembers) {
  const auto ticket = cache_.begin_fill(code_of("abc"), kNow);
  cache_.invalidate(code_of("abc"), 2);
  for (int i = 0; i < 100'000; ++i) cache_.invalidate(code_of(fmt::format("other{}", i)), 2);
  EXPECT_FALSE(cache_.fill(code_of("abc"), ticket, found(), kNow));
  EXPECT_TRUE(fill("abc", found(2)));
}

TEST_F(LocalLinkCacheTest, KeepsWhatIsNoLinkForAShorterTime) {
  const SteadyTime end = kNow + seconds{5};
  fill("abd", not_found());
  fill("abe", gone(2));
  EXPECT_TRUE(find("abd", end - milliseconds{1}));
  EXPECT_TRUE(find("abe", end - milliseconds{1}));
  EXPECT_FALSE(find("abd", end));
  EXPECT_FALSE(find("abe", end));
}

TEST_F(LocalLinkCacheTest, CountsTheTextsOfALink) {
  fill("abc", found());
  const std::size_t small = cache_.bytes();
  EXPECT_GT(small, 0U);
  fill("abd", found(1, "https://example.com/" + std::string(5000, 'x')));
  EXPECT_GE(cache_.bytes(), 2 * small + 5000);
}

TEST_F(LocalLinkCacheTest, ShowsItsSizeInTheMetrics) {
  fill("abc", found());
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_cache_entries{layer="local"})"), "1");
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_cache_bytes{layer="local"})"),
            fmt::to_string(cache_.bytes()));
}

class DisabledCache : public LocalLinkCacheTest {
 protected:
  DisabledCache() : LocalLinkCacheTest(LocalCacheOptions{.max_bytes = 0}) {}
};

TEST_F(DisabledCache, RemembersNothing) {
  fill("abc", found());
  fill("abd", not_found());
  EXPECT_FALSE(find("abc"));
  EXPECT_FALSE(find("abd"));
  EXPECT_EQ(cache_.size(), 0U);
  EXPECT_EQ(cache_.bytes(), 0U);
}

/// Room for some 300 links.
class SmallCache : public LocalLinkCacheTest {
 protected:
  static constexpr std::size_t kBytes = 128 * 1024;
  static constexpr int kMany = 5000;

  SmallCache() : LocalLinkCacheTest(LocalCacheOptions{.max_bytes = kBytes}) {}

  static std::string cold(int i) { return fmt::format("cold{}", i); }
};

TEST_F(SmallCache, NeverHoldsMoreThanItsBound) {
  for (int i = 0; i < kMany; ++i) {
    fill(cold(i), found());
    ASSERT_LE(cache_.bytes(), kBytes);
  }
  EXPECT_GT(cache_.size(), 150U);
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_cache_evictions_total{layer="local"})"),
            fmt::to_string(kMany - static_cast<int>(cache_.size())));
}

TEST_F(SmallCache, RefusesALinkThatIsLargerThanItsShare) {
  fill("abc", found());
  fill("big", found(1, "https://example.com/" + std::string(8000, 'x')));
  EXPECT_FALSE(find("big"));
  EXPECT_TRUE(find("abc"));
}

TEST_F(SmallCache, KeepsWhatIsHitAndDropsWhatIsNot) {
  fill("hot", found());
  fill("idle", found());
  for (int i = 0; i < kMany; ++i) {
    ASSERT_TRUE(find("hot")) << "lost after " << i << " others";
    fill(cold(i), found());
  }
  EXPECT_TRUE(find("hot"));
  EXPECT_FALSE(find("idle"));
  EXPECT_FALSE(find(cold(0)));
}

TEST_F(SmallCache, TakesANewLinkThoughAllOthersAreHit) {
  for (int i = 0; i < kMany; ++i) {
    fill(cold(i), found());
    ASSERT_TRUE(find(cold(i))) << "the newest link made room for older ones";
  }
}

TEST_F(SmallCache, StaysWholeWhenLinksAreForgottenWhereTheHandStands) {
  for (int i = 0; i < kMany; ++i) {
    fill(cold(i), found());
    if (i % 3 == 0) static_cast<void>(find(cold(i)));
    if (i % 2 == 0) cache_.invalidate(code_of(cold(i - i / 7 % 50)), 2);
    ASSERT_LE(cache_.bytes(), kBytes);
  }
  for (int i = 0; i < kMany; ++i) cache_.invalidate(code_of(cold(i)), 2);
  EXPECT_EQ(cache_.size(), 0U);
  EXPECT_EQ(cache_.bytes(), 0U);
}

/// A code whose versions are written by one thread and read by others.
struct SharedCode {
  ShortCode code;
  std::atomic<std::int64_t> stored{1};     ///< what the store would say
  std::atomic<std::int64_t> announced{1};  ///< the last version that was invalidated
};

TEST_F(SmallCache, NeverShowsAVersionThatWasInvalidatedToAnyThread) {
  constexpr int kRounds = 3000;
  std::array<SharedCode, 40> codes;
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i].code = code_of(fmt::format("c{}", i));
  std::atomic<int> stale{0};

  const auto edit = [&](SharedCode& shared) {
    const std::int64_t version = shared.stored.load() + 1;
    shared.stored = version;
    cache_.invalidate(shared.code, version);
    shared.announced = version;
  };
  const auto visit = [&](SharedCode& shared) {
    const std::int64_t floor = shared.announced.load();
    const auto entry = cache_.find(shared.code, kNow);
    if (entry && entry->version < floor) ++stale;
    if (entry) return;
    const links::FillTicket ticket = cache_.begin_fill(shared.code, kNow);
    cache_.fill(shared.code, ticket, found(shared.stored.load()), kNow);
  };
  test::on_threads(4, [&](std::size_t thread) {
    for (int i = 0; i < kRounds; ++i) {
      SharedCode& shared = codes[static_cast<std::size_t>(i) % codes.size()];
      if (thread == 0) edit(shared);
      visit(shared);
    }
  });
  EXPECT_EQ(stale, 0);
  EXPECT_LE(cache_.bytes(), kBytes);
}

}  // namespace
}  // namespace curt::cache
