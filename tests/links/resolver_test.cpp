#include "curt/links/resolver.hpp"

#include <optional>
#include <vector>

#include <gmock/gmock.h>

#include "support/links/resolver_fixture.hpp"
#include "support/metric_value.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using Kind = CacheEntry::Kind;
using test::stored;
using testing::ElementsAre;

class ResolverTest : public ResolverFixture {
 protected:
  /// Has two wait for one reading, which ends; the error of each.
  std::vector<std::optional<ErrorCode>> errors_of_two_who_wait() {
    start("abc");
    start("abc");
    release();
    std::vector<std::optional<ErrorCode>> errors;
    for (const Outcome& outcome : calls_.outcomes())
      errors.push_back(outcome ? test::error_of(*outcome) : std::nullopt);
    return errors;
  }
};

TEST_F(ResolverTest, KnowsNothingBeforeItHasRead) { EXPECT_FALSE(cached("abc")); }

TEST_F(ResolverTest, RemembersALinkThatItHasRead) {
  store_.put(stored("abc", "https://example.com/", 3));
  const result<CacheEntry> entry = load("abc");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->kind, Kind::found);
  EXPECT_EQ(entry->link->target, "https://example.com/");
  const auto known = cached("abc");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->kind, Kind::found);
  EXPECT_EQ(known->version, 3);
  EXPECT_EQ(known->link->version, 3);
}

TEST_F(ResolverTest, RemembersThatACodeHasNoLink) {
  const result<CacheEntry> entry = load("abc");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->kind, Kind::not_found);
  const auto known = cached("abc");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->kind, Kind::not_found);
}

TEST_F(ResolverTest, RemembersThatALinkIsGone) {
  Link link = stored("abc", "https://example.com/", 5);
  link.deleted_at = test::kNow;
  store_.put(link);
  const result<CacheEntry> entry = load("abc");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->kind, Kind::gone);
  const auto known = cached("abc");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->kind, Kind::gone);
  EXPECT_EQ(known->version, 5);
  EXPECT_EQ(known->link, nullptr);
}

TEST_F(ResolverTest, DoesNotRememberAFailure) {
  store_.put(stored("abc", "https://example.com/"));
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(test::error_of(load("abc")), ErrorCode::unavailable);
  EXPECT_FALSE(cached("abc"));

  store_.fail_with(std::nullopt);
  const result<CacheEntry> entry = load("abc");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->kind, Kind::found);
}

TEST_F(ResolverTest, AsksTheStoreOnceForAllWhoWaitForOneCode) {
  store_.put(stored("abc", "https://example.com/"));
  store_.hold();
  for (int i = 0; i < 5; ++i) start("abc");
  EXPECT_EQ(store_.finds(), 1U);
  for (const Outcome& outcome : calls_.outcomes()) EXPECT_FALSE(outcome);

  release();
  EXPECT_EQ(store_.finds(), 1U);
  for (const Outcome& outcome : calls_.outcomes()) {
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_EQ((*outcome)->link->target, "https://example.com/");
  }
  EXPECT_EQ(test::metric_value(metrics_, "curt_resolver_joined_total"), "4");
}

TEST_F(ResolverTest, AsksTheStoreForEachCode) {
  store_.hold();
  start("abc");
  start("abd");
  EXPECT_EQ(store_.finds(), 2U);
}

TEST_F(ResolverTest, TellsAllWhoWaitOfAFailureAndThenAsksAgain) {
  store_.hold();
  store_.fail_with(ErrorCode::overloaded);
  EXPECT_THAT(errors_of_two_who_wait(), ElementsAre(ErrorCode::overloaded, ErrorCode::overloaded));
  start("abc");
  EXPECT_EQ(store_.finds(), 2U);
}

TEST_F(ResolverTest, TakesAStoreThatThrowsForUnavailableAndLeavesNobodyWaiting) {
  store_.hold();
  store_.break_down();
  ASSERT_THAT(errors_of_two_who_wait(), ElementsAre(ErrorCode::unavailable, ErrorCode::unavailable));
  for (const Outcome& outcome : calls_.outcomes())
    EXPECT_EQ(outcome->error().log, "the fake store is broken");
}

TEST_F(ResolverTest, ResumesEachWaiterOnItsOwnCore) {
  net::io_context other{1};
  store_.hold();
  start("abc");
  const Outcome& elsewhere = calls_.start_on(other, resolver_.load(call_, test::code_of("abc")));
  release();
  EXPECT_TRUE(calls_.outcomes().front());
  EXPECT_FALSE(elsewhere);
  Calls::go_on(other);
  EXPECT_TRUE(elsewhere);
}

TEST_F(ResolverTest, CountsHitsAndMisses) {
  static_cast<void>(cached("abc"));
  ASSERT_TRUE(load("abc"));
  static_cast<void>(cached("abc"));
  static_cast<void>(cached("abc"));
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_cache_lookups_total{layer="local",result="hit"})"), "2");
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_cache_lookups_total{layer="local",result="miss"})"), "1");
}

TEST(ToCacheEntry, KeepsAllThatARedirectNeeds) {
  Link link = stored("abc", "https://example.com/", 7);
  link.title = "A title";
  link.settings.redirect_status = RedirectStatus::permanent_redirect;
  link.settings.expires_at = test::kLater;
  const CacheEntry entry = to_cache_entry(link);
  ASSERT_EQ(entry.kind, Kind::found);
  EXPECT_EQ(entry.version, 7);
  EXPECT_EQ(entry.link->target, "https://example.com/");
  EXPECT_EQ(entry.link->title, "A title");
  EXPECT_EQ(entry.link->settings, link.settings);
}

}  // namespace
}  // namespace curt::links
