#include <chrono>

#include <gtest/gtest.h>

#include "support/links/resolver_fixture.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using Kind = CacheEntry::Kind;
using test::stored;

/// What is forgotten when links change, and read anew.
class ResolverChangesTest : public ResolverFixture {};

TEST_F(ResolverChangesTest, ReadsAnewForThoseWhoComeAfterAChange) {
  store_.put(stored("abc", "https://old.example/", 1));
  store_.hold();
  const Outcome& before = start("abc");
  store_.put(stored("abc", "https://new.example/", 2));
  resolver_.invalidate(test::code_of("abc"), 2);
  const Outcome& after = start("abc");
  EXPECT_EQ(store_.finds(), 2U);

  release();
  ASSERT_TRUE(before && *before);
  EXPECT_EQ((*before)->link->target, "https://old.example/");
  EXPECT_FALSE(cached("abc")) << "what was read before the change must not be remembered";

  release();
  ASSERT_TRUE(after && *after);
  EXPECT_EQ((*after)->link->target, "https://new.example/");
  EXPECT_EQ(cached("abc")->version, 2);
}

TEST_F(ResolverChangesTest, KeepsWhatIsNewWhenTheOldReadingEndsLast) {
  store_.put(stored("abc", "https://old.example/", 1));
  store_.hold();
  start("abc");
  store_.put(stored("abc", "https://new.example/", 2));
  resolver_.invalidate(test::code_of("abc"), 2);
  start("abc");
  store_.release_last();
  go_on();
  store_.release_last();
  go_on();
  const auto known = cached("abc");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->link->target, "https://new.example/");
}

TEST_F(ResolverChangesTest, DoesNotRememberALinkThatWasDeletedWhileItWasRead) {
  store_.put(stored("abc", "https://example.com/"));
  store_.hold();
  start("abc");
  resolver_.invalidate(test::code_of("abc"), 2);
  release();
  EXPECT_FALSE(cached("abc"));
}

TEST_F(ResolverChangesTest, LetsLaterCallersJoinTheNewReadingWhenTheOldOneEnds) {
  store_.hold();
  start("abc");
  resolver_.invalidate(test::code_of("abc"), 2);
  start("abc");
  release();
  start("abc");
  EXPECT_EQ(store_.finds(), 2U);
}

TEST_F(ResolverChangesTest, ForgetsAtOnceWhatChanged) {
  store_.put(stored("abc", "https://example.com/"));
  ASSERT_TRUE(load("abc"));
  resolver_.invalidate(test::code_of("abc"), 2);
  EXPECT_FALSE(cached("abc"));
}

TEST_F(ResolverChangesTest, ReadsAnewForThoseWhoComeAfterAllIsForgotten) {
  store_.put(stored("abc", "https://old.example/", 1));
  store_.hold();
  start("abc");
  store_.put(stored("abc", "https://new.example/", 2));
  resolver_.forget_all();
  const Outcome& after = start("abc");
  store_.release_all();
  go_on();
  EXPECT_EQ(store_.finds(), 2U);
  ASSERT_TRUE(after && *after);
  EXPECT_EQ((*after)->version, 2);
  EXPECT_EQ(cached("abc")->version, 2);
}

TEST_F(ResolverChangesTest, ReadsAnewForThoseWhoComeAfterItIsForgottenWhichCodesHaveNoLink) {
  store_.hold();
  start("abc");
  store_.put(stored("abc", "https://example.com/", 1));
  clock_.advance(std::chrono::milliseconds{1});
  resolver_.forget_absent(std::chrono::milliseconds{0});
  clock_.advance(std::chrono::milliseconds{1});
  const Outcome& after = start("abc");
  store_.release_all();
  go_on();
  EXPECT_EQ(store_.finds(), 2U);
  ASSERT_TRUE(after && *after);
  EXPECT_EQ((*after)->kind, Kind::found);
  EXPECT_EQ(cached("abc")->kind, Kind::found);
}

}  // namespace
}  // namespace curt::links
