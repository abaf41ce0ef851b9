#include <chrono>

#include <gtest/gtest.h>

#include "support/cache/local_cache_fixture.hpp"

namespace curt::cache {
namespace {

using std::chrono::seconds;

TEST_F(LocalLinkCacheTest, KeepsAnOldLinkForWhenNothingElseAnswers) {
  fill("abc", found());
  fill("abd", not_found());
  fill("abe", gone(2));
  const Timestamp old = kNow + std::chrono::minutes{59};
  for (const char* code : {"abc", "abd", "abe"}) EXPECT_FALSE(find(code, old)) << code;
  EXPECT_EQ(cache_.find_stale(code_of("abc"), old)->kind, Kind::found);
  EXPECT_EQ(cache_.find_stale(code_of("abe"), old)->kind, Kind::gone);
  EXPECT_FALSE(cache_.find_stale(code_of("abd"), old)) << "a link may have come meanwhile";
  EXPECT_FALSE(cache_.find_stale(code_of("abc"), kNow + std::chrono::hours{1}));
  for (const char* code : {"abc", "abe"}) EXPECT_FALSE(find(code, kNow + std::chrono::hours{1}));
  EXPECT_EQ(cache_.size(), 0U);
  EXPECT_EQ(cache_.bytes(), 0U);
}

TEST_F(LocalLinkCacheTest, SuspectsWhatWasReadBeforeItTrustsAgain) {
  cache_.changes_go_unheard();
  const auto during = cache_.begin_fill(code_of("abc"));
  cache_.fill(code_of("abc"), during, found(), kNow);
  EXPECT_TRUE(find("abc"));
  EXPECT_FALSE(find("abc", kNow + seconds{1}));
  cache_.changes_are_heard();
  EXPECT_FALSE(find("abc"));
  cache_.fill(code_of("abd"), during, found(), kNow);
  EXPECT_FALSE(find("abd")) << "its reading began while changes went by unheard";
  fill("abe", found());
  EXPECT_TRUE(find("abe", kNow + seconds{1}));
}

TEST_F(LocalLinkCacheTest, TakesAnOlderVersionOverASuspectOne) {
  fill("abc", found(5));
  cache_.changes_go_unheard();
  cache_.changes_are_heard();
  fill("abc", found(3));
  ASSERT_TRUE(find("abc")) << "the database may have been restored from a backup";
  EXPECT_EQ(find("abc")->version, 3);
}

}  // namespace
}  // namespace curt::cache
