#include <chrono>

#include <gtest/gtest.h>

#include "support/cache/local_cache_fixture.hpp"

namespace curt::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(LocalLinkCacheTest, KeepsAnOldLinkForWhenNothingElseAnswers) {
  fill("abc", found());
  fill("abd", not_found());
  fill("abe", gone(2));
  const SteadyTime old = kNow + std::chrono::minutes{59};
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
  const auto during = cache_.begin_fill(code_of("abc"), kNow);
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

TEST_F(LocalLinkCacheTest, SuspectsWhatIsReadAfterTheRequestCame) {
  fill("abc", found(), kNow + seconds{1});
  EXPECT_TRUE(find("abc", kNow));
  cache_.changes_go_unheard();
  EXPECT_FALSE(find("abc", kNow));
}

TEST_F(LocalLinkCacheTest, SuspectsAllThatItKnowsWhenAllIsForgotten) {
  const auto under_way = cache_.begin_fill(code_of("abd"), kNow);
  fill("abc", found());
  cache_.forget_all();
  EXPECT_FALSE(find("abc"));
  EXPECT_TRUE(cache_.find_stale(code_of("abc"), kNow)) << "for when nothing else answers";
  EXPECT_FALSE(cache_.fill(code_of("abd"), under_way, found(), kNow));
  EXPECT_FALSE(find("abd")) << "it was being read";
  EXPECT_TRUE(fill("abd", found()));
  EXPECT_TRUE(find("abd", kNow + seconds{59})) << "changes are heard of as before";
  EXPECT_FALSE(cache_.fill(code_of("abd"), under_way, found(), kNow));
  EXPECT_TRUE(find("abd")) << "a suspect entry does not take the place of a good one";
}

TEST_F(LocalLinkCacheTest, StaysDeafWhenAllIsForgotten) {
  cache_.changes_go_unheard();
  cache_.forget_all();
  fill("abc", found());
  EXPECT_TRUE(find("abc"));
  EXPECT_FALSE(find("abc", kNow + seconds{1}));
}

TEST_F(LocalLinkCacheTest, ForgetsWhichCodesHaveNoLink) {
  const auto under_way = cache_.begin_fill(code_of("abd"), kNow);
  const auto link_under_way = cache_.begin_fill(code_of("abe"), kNow);
  fill("abc", not_found());
  fill("link", found());
  fill("gone", gone(2));
  cache_.forget_absent(kNow);
  EXPECT_FALSE(find("abc"));
  EXPECT_TRUE(find("link"));
  EXPECT_TRUE(find("gone"));
  EXPECT_FALSE(cache_.fill(code_of("abd"), under_way, not_found(), kNow));
  EXPECT_FALSE(find("abd")) << "it was being read";
  EXPECT_TRUE(cache_.fill(code_of("abe"), link_under_way, found(), kNow));
  EXPECT_TRUE(fill("abc", not_found(), kNow + milliseconds{1}));
  EXPECT_TRUE(find("abc", kNow + milliseconds{1}));
  cache_.forget_absent(kNow);
  EXPECT_TRUE(find("abc", kNow + milliseconds{1})) << "an earlier time comes late";
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
