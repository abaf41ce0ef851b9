#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/cache/local_cache_fixture.hpp"
#include "support/metric_value.hpp"

namespace curt::cache {
namespace {

/// Room for some 20 links a shard, and for two codes without a link.
class FloodedCache : public LocalLinkCacheTest {
 protected:
  static constexpr std::size_t kBytes = std::size_t{64} * 8 * 1024;
  static constexpr int kLinks = 5'000;
  static constexpr int kFlood = 50'000;

  FloodedCache() : LocalLinkCacheTest(LocalCacheOptions{.max_bytes = kBytes}) {}

  static std::string link(int i) { return fmt::format("link{}", i); }
  static std::string none(int i) { return fmt::format("none{}", i); }

  void fill_with_links() {
    for (int i = 0; i < kLinks; ++i) fill(link(i), found());
  }
  int links_left() {
    int left = 0;
    for (int i = 0; i < kLinks; ++i) left += find(link(i)) ? 1 : 0;
    return left;
  }
};

TEST_F(FloodedCache, KeepsSevenEighthsForLinks) {
  fill_with_links();
  const int before = links_left();
  for (int i = 0; i < kFlood; ++i) {
    fill(none(i), not_found());
    ASSERT_LE(cache_.bytes(), kBytes);
  }
  EXPECT_GE(links_left(), before * 7 / 8);
  EXPECT_TRUE(find(none(kFlood - 1))) << "what came last is known";
}

TEST_F(FloodedCache, GivesTheRoomBackToLinksOnceTheFloodIsOver) {
  for (int i = 0; i < kFlood; ++i) fill(none(i), not_found());
  const SteadyTime later = kNow + std::chrono::seconds{10};
  for (int i = 0; i < kLinks; ++i) fill(link(i), found(), later);
  int left = 0;
  for (int i = 0; i < kLinks; ++i) left += find(link(i), later) ? 1 : 0;
  EXPECT_EQ(cache_.size(), static_cast<std::size_t>(left)) << "nothing is left of it";
}

TEST_F(FloodedCache, KnowsACodeWhetherOrNotItHasALink) {
  fill("abc", not_found());
  fill("abc", found(1));
  EXPECT_EQ(find("abc")->kind, Kind::found);
  EXPECT_EQ(cache_.size(), 1U);
  cache_.invalidate(code_of("abc"), 0);
  EXPECT_EQ(cache_.size(), 0U);
  EXPECT_EQ(cache_.bytes(), 0U);
  fill("abc", not_found());
  EXPECT_EQ(find("abc")->kind, Kind::not_found);
}

/// Room for four links a shard, of which an eighth is less than one entry.
class NarrowCache : public LocalLinkCacheTest {
 protected:
  static constexpr std::size_t kBytes = std::size_t{64} * 2048;

  NarrowCache() : LocalLinkCacheTest(LocalCacheOptions{.max_bytes = kBytes}) {}
};

TEST_F(NarrowCache, RemembersOneCodeWithoutALinkInEachShard) {
  for (int i = 0; i < 1'000; ++i) {
    const std::string code = fmt::format("none{}", i);
    fill(code, not_found());
    EXPECT_TRUE(find(code)) << code;
  }
  EXPECT_EQ(cache_.size(), 64U);
  EXPECT_LE(cache_.bytes(), kBytes);
}

class NoCache : public LocalLinkCacheTest {
 protected:
  NoCache() : LocalLinkCacheTest(LocalCacheOptions{.max_bytes = 0}) {}
};

TEST_F(NoCache, RemembersNothing) {
  fill("abc", not_found());
  fill("def", found());
  EXPECT_EQ(cache_.size(), 0U);
}

/// Room for some 300 links a shard.
class WideCache : public LocalLinkCacheTest {
 protected:
  static constexpr std::size_t kMany = 400;

  WideCache() : LocalLinkCacheTest(LocalCacheOptions{.max_bytes = std::size_t{64} * 128 * 1024}) {
    for (int i = 0; codes_.size() < kMany; ++i) {
      std::string code = fmt::format("c{}", i);
      if (hash_of(code_of(code)) >> 58U == 0) codes_.push_back(std::move(code));  // of the first shard
    }
  }

  [[nodiscard]] std::string evictions() const {
    return test::metric_value(metrics_, R"(curt_cache_evictions_total{layer="local"})");
  }
  /// Fills codes and hits each until one is evicted; how many there are.
  std::size_t fill_until_one_goes() {
    std::size_t filled = 0;
    while (evictions() == "0" && filled < kMany) {
      fill(codes_[filled], found());
      static_cast<void>(find(codes_[filled]));
      ++filled;
    }
    return filled;
  }
  /// The places of the codes among the first ones that are gone.
  std::vector<std::size_t> gone_of(std::size_t filled) {
    std::vector<std::size_t> gone;
    for (std::size_t i = 0; i < filled; ++i) {
      if (!find(codes_[i])) gone.push_back(i);
    }
    return gone;
  }

  std::vector<std::string> codes_;
};

TEST_F(WideCache, LooksAtSoManyEntriesAtMostWhereAllAreHit) {
  const std::size_t filled = fill_until_one_goes();
  ASSERT_GT(filled, 2 * LocalLinkCache::kLongestWalk);
  ASSERT_LT(filled, kMany);
  EXPECT_EQ(gone_of(filled), (std::vector<std::size_t>{LocalLinkCache::kLongestWalk - 1}));
  fill(codes_[filled], found());
  EXPECT_EQ(gone_of(filled), (std::vector<std::size_t>{LocalLinkCache::kLongestWalk - 1,
                                                       2 * LocalLinkCache::kLongestWalk - 1}))
      << "and goes on from there";
}

}  // namespace
}  // namespace curt::cache
