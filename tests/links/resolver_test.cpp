#include "curt/links/resolver.hpp"

#include <chrono>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>

#include "curt/cache/local/local_link_cache.hpp"

#include "support/fakes/fake_link_store.hpp"
#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using Kind = CacheEntry::Kind;
using test::stored;
using testing::ElementsAre;

class ResolverTest : public testing::Test {
 protected:
  using Outcome = std::optional<result<CacheEntry>>;

  /// Whoever waits for a reading keeps it alive, so all must land.
  void TearDown() override {
    store_.release_all();
    go_on();
  }

  /// Begins a load on the context and goes as far as it gets; the outcome fills when it ends.
  Outcome& start(std::string_view code, net::io_context& context) {
    Outcome& outcome = outcomes_.emplace_back();
    net::co_spawn(context, test::keep(resolver_.load(call_, test::code_of(code)), outcome),
                  [](std::exception_ptr thrown) {
                    if (thrown) std::rethrow_exception(thrown);
                  });
    go_on(context);
    return outcome;
  }
  Outcome& start(std::string_view code) { return start(code, context_); }

  static void go_on(net::io_context& context) {
    context.restart();
    context.poll();
  }
  void go_on() { go_on(context_); }

  result<CacheEntry> load(std::string_view code) {
    return test::run(resolver_.load(call_, test::code_of(code)));
  }

  /// Has two wait for one reading, which ends; the error of each.
  std::vector<std::optional<ErrorCode>> errors_of_two_who_wait() {
    start("abc");
    start("abc");
    store_.release_first();
    go_on();
    std::vector<std::optional<ErrorCode>> errors;
    for (const Outcome& outcome : outcomes_)
      errors.push_back(outcome ? test::error_of(*outcome) : std::nullopt);
    return errors;
  }

  std::optional<CacheEntry> cached(std::string_view code) {
    return resolver_.cached(test::code_of(code), clock_.steady_now());
  }

  net::io_context context_{1};
  Metrics metrics_;
  test::FakeLinkStore store_;
  test::ManualClock clock_{test::kNow};
  cache::LocalLinkCache cache_{{}, metrics_};
  Doubt doubt_{std::chrono::hours{1}, clock_.steady_now()};
  Resolver resolver_{store_, cache_, nullptr, doubt_, clock_, metrics_};
  Call call_{Deadline::in(test::patience())};
  std::deque<Outcome> outcomes_;
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
  for (const Outcome& outcome : outcomes_) EXPECT_FALSE(outcome);

  store_.release_first();
  go_on();
  EXPECT_EQ(store_.finds(), 1U);
  for (const Outcome& outcome : outcomes_) {
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
  for (const Outcome& outcome : outcomes_) EXPECT_EQ(outcome->error().log, "the fake store is broken");
}

TEST_F(ResolverTest, ReadsAnewForThoseWhoComeAfterAChange) {
  store_.put(stored("abc", "https://old.example/", 1));
  store_.hold();
  const Outcome& before = start("abc");
  store_.put(stored("abc", "https://new.example/", 2));
  resolver_.invalidate(test::code_of("abc"), 2);
  const Outcome& after = start("abc");
  EXPECT_EQ(store_.finds(), 2U);

  store_.release_first();
  go_on();
  ASSERT_TRUE(before && *before);
  EXPECT_EQ((*before)->link->target, "https://old.example/");
  EXPECT_FALSE(cached("abc")) << "what was read before the change must not be remembered";

  store_.release_first();
  go_on();
  ASSERT_TRUE(after && *after);
  EXPECT_EQ((*after)->link->target, "https://new.example/");
  EXPECT_EQ(cached("abc")->version, 2);
}

TEST_F(ResolverTest, KeepsWhatIsNewWhenTheOldReadingEndsLast) {
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

TEST_F(ResolverTest, DoesNotRememberALinkThatWasDeletedWhileItWasRead) {
  store_.put(stored("abc", "https://example.com/"));
  store_.hold();
  start("abc");
  resolver_.invalidate(test::code_of("abc"), 2);
  store_.release_first();
  go_on();
  EXPECT_FALSE(cached("abc"));
}

TEST_F(ResolverTest, LetsLaterCallersJoinTheNewReadingWhenTheOldOneEnds) {
  store_.hold();
  start("abc");
  resolver_.invalidate(test::code_of("abc"), 2);
  start("abc");
  store_.release_first();
  go_on();
  start("abc");
  EXPECT_EQ(store_.finds(), 2U);
}

TEST_F(ResolverTest, ForgetsAtOnceWhatChanged) {
  store_.put(stored("abc", "https://example.com/"));
  ASSERT_TRUE(load("abc"));
  resolver_.invalidate(test::code_of("abc"), 2);
  EXPECT_FALSE(cached("abc"));
}

TEST_F(ResolverTest, ReadsAnewForThoseWhoComeAfterAllIsForgotten) {
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

TEST_F(ResolverTest, ReadsAnewForThoseWhoComeAfterItIsForgottenWhichCodesHaveNoLink) {
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

TEST_F(ResolverTest, ResumesEachWaiterOnItsOwnCore) {
  net::io_context other{1};
  store_.hold();
  start("abc");
  const Outcome& elsewhere = start("abc", other);
  store_.release_first();
  go_on();
  EXPECT_TRUE(outcomes_.front());
  EXPECT_FALSE(elsewhere);
  go_on(other);
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
