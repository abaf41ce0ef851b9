#include <chrono>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>

#include "curt/cache/local/local_link_cache.hpp"
#include "curt/links/resolver.hpp"

#include "support/fakes/fake_link_store.hpp"
#include "support/manual_clock.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using testing::Each;
using testing::ElementsAre;

/// Lookups of one code, some of which run out of time.
class ResolverDeadlineTest : public testing::Test {
 protected:
  void SetUp() override {
    store_.put(test::stored("abc", "https://example.com/", 1));
    store_.hold();
  }

  void TearDown() override {
    store_.release_all();
    go_on();
  }

  void load(Call& call) {
    auto& outcome = outcomes_.emplace_back();
    net::co_spawn(context_, test::keep(resolver_.load(call, test::code_of("abc")), outcome),
                  [](std::exception_ptr thrown) {
                    if (thrown) std::rethrow_exception(thrown);
                  });
    go_on();
  }

  /// Begins a reading that will run out of time; those that begin later are as quick as they are let.
  void load_too_slowly() {
    store_.fail_with(ErrorCode::deadline_exceeded);
    load(in_time_);
    store_.fail_with(std::nullopt);
  }

  /// Lets the reading that is under way end.
  void release() {
    store_.release_first();
    go_on();
  }

  void go_on() {
    context_.restart();
    context_.poll();
  }

  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const auto& outcome : outcomes_) {
      if (!outcome) {
        all.emplace_back("waits");
      } else {
        all.emplace_back(*outcome ? (*outcome)->link->target : name_of(outcome->error().code));
      }
    }
    return all;
  }

  const std::string target_ = "https://example.com/";
  net::io_context context_{1};
  Metrics metrics_;
  test::FakeLinkStore store_;
  test::ManualClock clock_{test::kNow};
  cache::LocalLinkCache cache_{{}, metrics_};
  Doubt doubt_{std::chrono::hours{1}, clock_.steady_now()};
  Resolver resolver_{store_, cache_, nullptr, doubt_, clock_, metrics_};
  Call in_time_{Deadline::in(test::patience())};
  Call late_{Deadline::in({})};
  std::deque<std::optional<result<CacheEntry>>> outcomes_;
};

TEST_F(ResolverDeadlineTest, ThoseWithTimeLeftOutliveTheDeadlineOfTheOneThatReads) {
  load_too_slowly();
  for (int i = 0; i < 3; ++i) load(in_time_);
  release();
  EXPECT_THAT(texts(), ElementsAre("deadline_exceeded", "waits", "waits", "waits"));
  EXPECT_EQ(store_.finds(), 2U) << "the oldest of them reads for all";
  load(in_time_);
  EXPECT_EQ(store_.finds(), 2U) << "who comes now waits for that reading";
  release();
  outcomes_.pop_front();
  EXPECT_THAT(texts(), Each(target_));
}

TEST_F(ResolverDeadlineTest, ThoseWhoseTimeIsOverAreToldSo) {
  load_too_slowly();
  load(late_);
  load(in_time_);
  release();
  EXPECT_THAT(texts(), ElementsAre("deadline_exceeded", "deadline_exceeded", "waits"));
  release();
  EXPECT_EQ(texts().back(), target_);
}

TEST_F(ResolverDeadlineTest, NobodyReadsForThoseWhoseTimeIsOver) {
  load_too_slowly();
  load(late_);
  load(late_);
  release();
  EXPECT_THAT(texts(), Each("deadline_exceeded"));
  EXPECT_EQ(store_.finds(), 1U);
  load(in_time_);
  EXPECT_EQ(store_.finds(), 2U) << "a new reading";
}

TEST_F(ResolverDeadlineTest, AReadingThatAChangeSupersededGoesOnForThoseWhoWaitForIt) {
  load_too_slowly();
  load(in_time_);
  store_.put(test::stored("abc", "https://new.example/", 2));
  resolver_.invalidate(test::code_of("abc"), 2);
  load(in_time_);
  EXPECT_EQ(store_.finds(), 2U);
  release();
  EXPECT_EQ(store_.finds(), 3U);
  load(in_time_);
  EXPECT_EQ(store_.finds(), 3U) << "later callers wait for the reading after the change";
  release();
  release();
  outcomes_.pop_front();
  EXPECT_THAT(texts(), Each("https://new.example/"));
}

}  // namespace
}  // namespace curt::links
