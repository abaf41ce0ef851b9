#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/links/resolver_fixture.hpp"
#include "support/metric_value.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using test::code_of;
using test::stored;

/// The cache knows the first version of a link, past its time; the store has the second one.
class ResolverStaleTest : public ResolverFixture {
 protected:
  /// The patience does not run out in a test.
  explicit ResolverStaleTest(std::chrono::milliseconds patience = test::patience())
      : ResolverFixture(nullptr, patience) {}

  void SetUp() override {
    store_.put(stored("abc", "https://old.example/", 1));
    remember("abc");
    clock_.advance(std::chrono::minutes{2});
    ASSERT_FALSE(is_cached("abc"));
    store_.put(stored("abc", "https://new.example/", 2));
    finds_ = store_.finds();
  }

  /// How often the store was asked since.
  [[nodiscard]] std::size_t finds() const { return store_.finds() - finds_; }

  /// Whether the lookup ends although the store does not answer.
  bool ends(const Outcome& outcome) {
    return test::eventually([&] {
      go_on();
      return outcome.has_value();
    });
  }

  static std::int64_t version(const Outcome& outcome) {
    return outcome && *outcome ? (*outcome)->version : 0;
  }
  [[nodiscard]] std::string stale() const { return test::metric_value(metrics_, "curt_cache_stale_total"); }
  [[nodiscard]] std::string slow() const {
    return test::metric_value(metrics_, "curt_cache_stale_slow_total");
  }

 private:
  std::size_t finds_ = 0;
};

/// The patience is over as soon as the store has been asked.
class ImpatientResolverTest : public ResolverStaleTest {
 protected:
  ImpatientResolverTest() : ResolverStaleTest(std::chrono::milliseconds{1}) {}
};

TEST_F(ResolverStaleTest, AsksTheStoreFirst) {
  EXPECT_EQ(load("abc")->version, 2);
  EXPECT_EQ(call_.statements, 2U) << "the reading is part of the request";
  EXPECT_EQ(stale(), "0");
}

TEST_F(ImpatientResolverTest, AnswersWithWhatItKnowsWhereTheStoreIsSlowAndReadsOn) {
  store_.hold();
  const Outcome& outcome = start("abc");
  ASSERT_TRUE(ends(outcome));
  EXPECT_EQ(version(outcome), 1);
  EXPECT_EQ(stale(), "1");
  EXPECT_EQ(slow(), "1");
  EXPECT_FALSE(is_cached("abc"));
  release();
  ASSERT_TRUE(is_cached("abc"));
  EXPECT_EQ(cached("abc")->version, 2);
  EXPECT_EQ(finds(), 1U);
}

TEST_F(ImpatientResolverTest, LetsNobodyWaitForAReadingThatIsSlow) {
  store_.hold();
  ASSERT_TRUE(ends(start("abc")));
  const Outcome& next = start("abc");
  EXPECT_EQ(version(next), 1) << "at once";
  EXPECT_EQ(finds(), 1U);
  release();
  EXPECT_EQ(cached("abc")->version, 2);
}

TEST_F(ResolverStaleTest, WaitsForTheStoreForAMoment) {
  store_.hold();
  const Outcome& outcome = start("abc");
  EXPECT_FALSE(outcome);
  release();
  EXPECT_EQ(version(outcome), 2);
  EXPECT_EQ(stale(), "0");
}

TEST_F(ResolverStaleTest, AsksTheStoreForTheClientOfTheRequest) {
  call_.client = 7;
  store_.refuse(call_.client);
  const Outcome& outcome = start("abc");
  EXPECT_EQ(version(outcome), 1) << "the store refuses this client";
  EXPECT_EQ(stale(), "1");
}

TEST_F(ResolverStaleTest, AnswersAllWhoWaitWithWhatTheStoreSays) {
  store_.hold();
  const Outcome& first = start("abc");
  const Outcome& second = start("abc");
  release();
  EXPECT_EQ(version(first), 2);
  EXPECT_EQ(version(second), 2);
  EXPECT_EQ(finds(), 1U);
}

TEST_F(ResolverStaleTest, AnswersAtOnceWhereNothingCanBeAsked) {
  store_.fail_with(ErrorCode::unavailable);
  const Outcome& outcome = start("abc");
  EXPECT_EQ(version(outcome), 1);
  EXPECT_EQ(stale(), "1");
  EXPECT_EQ(slow(), "0");
}

TEST_F(ResolverStaleTest, CountsEachLookupThatItAnswersSo) {
  store_.hold();
  store_.fail_with(ErrorCode::unavailable);
  start("abc");
  start("abc");
  release();
  EXPECT_EQ(stale(), "2");
}

TEST_F(ResolverStaleTest, DoesNotAnswerWithWhatWasChangedMeanwhile) {
  store_.hold();
  store_.fail_with(ErrorCode::unavailable);
  const Outcome& outcome = start("abc");
  store_.fail_with(std::nullopt);
  resolver_.invalidate(code_of("abc"), 2);
  release();
  EXPECT_FALSE(outcome);
  EXPECT_EQ(finds(), 2U) << "it is read again";
  release();
  EXPECT_EQ(version(outcome), 2);
  EXPECT_EQ(stale(), "0");
}

TEST_F(ImpatientResolverTest, RemembersNothingThatWasReadBehindWhenItChangedMeanwhile) {
  store_.hold();
  ASSERT_TRUE(ends(start("abc")));
  resolver_.invalidate(code_of("abc"), 3);
  release();
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(ImpatientResolverTest, HasAReadingOutliveTheRequestOfAnotherThread) {
  net::io_context other{1};
  store_.hold();
  const Outcome& elsewhere = calls_.start_on(other, resolver_.load(call_, code_of("abc")));
  ASSERT_TRUE(test::eventually([&] {
    Calls::go_on(other);
    return elsewhere.has_value();
  }));
  EXPECT_EQ(version(elsewhere), 1);
  release();
  EXPECT_FALSE(is_cached("abc")) << "it goes on where it began";
  Calls::go_on(other);
  EXPECT_EQ(cached("abc")->version, 2);
}

TEST_F(ImpatientResolverTest, LeavesNoReadingBehindWhereAThreadEnds) {
  store_.hold();
  {
    net::io_context other{1};
    Call call{Deadline::in(test::patience())};
    const Outcome& elsewhere = calls_.start_on(other, resolver_.load(call, code_of("abc")));
    ASSERT_TRUE(test::eventually([&] {
      Calls::go_on(other);
      return elsewhere.has_value();
    }));
    store_.release_all();
  }
  EXPECT_FALSE(is_cached("abc"));
}

TEST_F(ImpatientResolverTest, PutsAReadingBehindThatRanOutOfTimeIntoTheHandsOfOneWhoHasTime) {
  store_.hold();
  store_.fail_with(ErrorCode::deadline_exceeded);
  ASSERT_TRUE(ends(start("abc")));
  store_.fail_with(std::nullopt);
  clock_.advance(std::chrono::hours{1});  // what is known is too old by now
  const Outcome& heir = start("abc");
  EXPECT_EQ(finds(), 1U);
  release();
  EXPECT_EQ(finds(), 2U);
  release();
  EXPECT_EQ(version(heir), 2);
}

}  // namespace
}  // namespace curt::links
