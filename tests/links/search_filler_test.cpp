#include "curt/links/search_filler.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <optional>
#include <utility>

#include <gmock/gmock.h>

#include "support/captured_log.hpp"
#include "support/core_threads.hpp"
#include "support/eventually.hpp"

namespace curt::links {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

/// An index that answers its steps as it was told, and with nothing to do afterwards.
class FakeIndex final : public SearchIndex {
 public:
  explicit FakeIndex(std::deque<result<SearchFilled>> answers) : answers_(std::move(answers)) {}

  awaitable<result<SearchFilled>> fill(Call&) override {
    ++steps;
    if (answers_.empty()) co_return SearchFilled{};
    result<SearchFilled> answer = answers_.front();
    answers_.pop_front();
    co_return answer;
  }

  std::atomic<int> steps{0};

 private:
  std::deque<result<SearchFilled>> answers_;
};

class Filler : public testing::Test {
 protected:
  void TearDown() override { filler_->stop(); }

  /// Fills the index that answers so; it does not look again by itself.
  void fill(std::deque<result<SearchFilled>> answers) {
    index_.emplace(std::move(answers));
    filler_.emplace(*index_, SearchFiller::Options{.every = every_}).start(threads_.executors()[0]);
  }

  test::CapturedLog log_;
  std::chrono::milliseconds every_ = 24h;
  std::optional<FakeIndex> index_;
  std::optional<SearchFiller> filler_;
  test::CoreThreads threads_{1};
};

TEST_F(Filler, GoesOnStepByStepUntilNothingIsLeft) {
  fill({SearchFilled{.links = 5000, .is_whole = false}, SearchFilled{.links = 7, .is_whole = false},
        SearchFilled{}});
  EXPECT_TRUE(test::eventually([&] { return index_->steps == 3; }));
}

TEST_F(Filler, LooksAgainAfterAWhile) {
  every_ = 5ms;
  fill({});
  EXPECT_TRUE(test::eventually([&] { return index_->steps >= 3; }));
}

TEST_F(Filler, TriesAgainAfterAFailureAndTellsOfItOnce) {
  every_ = 5ms;
  const Error down{ErrorCode::unavailable, "down"};
  fill({down, down, down});
  EXPECT_TRUE(test::eventually([&] { return index_->steps >= 5; }));
  EXPECT_THAT(log_.events("the index of the search is not filled"), SizeIs(1));
}

TEST_F(Filler, TellsOfManyLinksOnceTheyAreTakenIn) {
  every_ = 5ms;
  fill({SearchFilled{.links = 9'999, .is_whole = false}, SearchFilled{.links = 1, .is_whole = false},
        SearchFilled{}});
  EXPECT_TRUE(test::eventually([&] { return index_->steps >= 4; }));
  EXPECT_THAT(log_.events("the index of the search is filled"), SizeIs(1));
}

}  // namespace
}  // namespace curt::links
