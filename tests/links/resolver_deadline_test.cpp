#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/links/resolver_fixture.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using testing::Each;
using testing::ElementsAre;

/// Lookups of one code, some of which run out of time.
class ResolverDeadlineTest : public ResolverFixture {
 protected:
  void SetUp() override {
    store_.put(test::stored("abc", target_, 1));
    store_.hold();
  }

  /// Begins a reading that will run out of time; those that begin later are as quick as they are let.
  void start_too_slowly() {
    store_.fail_with(ErrorCode::deadline_exceeded);
    start("abc");
    store_.fail_with(std::nullopt);
  }

  [[nodiscard]] std::vector<std::string> texts() const {
    return calls_.texts([](const CacheEntry& entry) { return entry.link->target; });
  }

  static constexpr std::uint64_t kGreedy = 7;

  const std::string target_ = "https://example.com/";
  Call late_{Deadline::in({})};
  Call greedy_{call_.deadline, 0, kGreedy};
  Call modest_{call_.deadline, 0, kGreedy + 1};
};

TEST_F(ResolverDeadlineTest, ThoseWithTimeLeftOutliveTheDeadlineOfTheOneThatReads) {
  start_too_slowly();
  for (int i = 0; i < 3; ++i) start("abc");
  release();
  EXPECT_THAT(texts(), ElementsAre("deadline_exceeded", "waits", "waits", "waits"));
  EXPECT_EQ(store_.finds(), 2U) << "the oldest of them reads for all";
  start("abc");
  EXPECT_EQ(store_.finds(), 2U) << "who comes now waits for that reading";
  release();
  EXPECT_THAT(texts(), ElementsAre("deadline_exceeded", target_, target_, target_, target_));
}

TEST_F(ResolverDeadlineTest, ThoseWhoseTimeIsOverAreToldSo) {
  start_too_slowly();
  start("abc", late_);
  start("abc");
  release();
  EXPECT_THAT(texts(), ElementsAre("deadline_exceeded", "deadline_exceeded", "waits"));
  release();
  EXPECT_EQ(texts().back(), target_);
}

TEST_F(ResolverDeadlineTest, NobodyReadsForThoseWhoseTimeIsOver) {
  start_too_slowly();
  start("abc", late_);
  start("abc", late_);
  release();
  EXPECT_THAT(texts(), Each("deadline_exceeded"));
  EXPECT_EQ(store_.finds(), 1U);
  start("abc");
  EXPECT_EQ(store_.finds(), 2U) << "a new reading";
}

TEST_F(ResolverDeadlineTest, ThoseOfOtherClientsOutliveTheRefusalOfTheOneThatReads) {
  store_.refuse(kGreedy);
  start("abc", greedy_);
  for (int i = 0; i < 2; ++i) start("abc", modest_);
  release();
  EXPECT_THAT(texts(), ElementsAre("overloaded", "waits", "waits"));
  release();
  EXPECT_THAT(texts(), ElementsAre("overloaded", target_, target_));
  EXPECT_EQ(store_.finds(), 2U);
}

TEST_F(ResolverDeadlineTest, EachOfARefusedClientsLookupsIsRefused) {
  store_.refuse(kGreedy);
  for (int i = 0; i < 3; ++i) start("abc", greedy_);
  for (int i = 0; i < 3; ++i) release();
  EXPECT_THAT(texts(), Each("overloaded"));
  start("abc", modest_);
  release();
  EXPECT_EQ(texts().back(), target_) << "nothing is left of it";
}

TEST_F(ResolverDeadlineTest, AnOverloadOfTheStoreIsToldToAll) {
  store_.fail_with(ErrorCode::overloaded);
  start("abc", greedy_);
  start("abc", modest_);
  release();
  EXPECT_THAT(texts(), Each("overloaded"));
  EXPECT_EQ(store_.finds(), 1U);
}

TEST_F(ResolverDeadlineTest, AReadingThatAChangeSupersededGoesOnForThoseWhoWaitForIt) {
  start_too_slowly();
  start("abc");
  store_.put(test::stored("abc", "https://new.example/", 2));
  resolver_.invalidate(test::code_of("abc"), 2);
  start("abc");
  EXPECT_EQ(store_.finds(), 2U);
  release();
  EXPECT_EQ(store_.finds(), 3U);
  start("abc");
  EXPECT_EQ(store_.finds(), 3U) << "later callers wait for the reading after the change";
  release();
  release();
  const std::string now = "https://new.example/";
  EXPECT_THAT(texts(), ElementsAre("deadline_exceeded", now, now, now));
}

}  // namespace
}  // namespace curt::links
