#include "curt/api/side_thread.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"

namespace curt::api {
namespace {

using test::metric_value;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SideThreadTest : public testing::Test {
 protected:
  using Lane = SideThread::Lane;

  /// Has work done and waits for it.
  template <class Work>
  auto run(Work work) {
    return test::run(side_.run(call_, Lane::owners, std::move(work)));
  }

  /// Asks for work without waiting; what becomes of it is in ended_ once settle() has returned.
  void ask(const std::string& name, Lane lane = Lane::owners, Call call = far_call()) {
    const auto task = [](SideThreadTest& self, std::string n, Lane l, Call c) -> awaitable<void> {
      auto work = [&self, n] { self.done_.push_back(n); };
      auto todo = [work] {
        work();
        return 0;
      };
      const result<int> end = co_await self.side_.run(c, l, std::move(todo));
      if (!end) self.failed_.push_back(n + " " + std::string{name_of(end.error().code)});
    };
    net::co_spawn(context_, task(*this, name, lane, call), net::detached);
    context_.poll();
  }

  /// Keeps the thread at work from now until settle().
  void occupy() {
    std::promise<void> begun;
    const auto task = [](SideThreadTest& self, std::promise<void>& at_work) -> awaitable<void> {
      auto work = [&at_work, go = self.go_.get_future().share()] {
        at_work.set_value();
        go.wait_for(test::patience());
        return 0;
      };
      const Call call = far_call();
      static_cast<void>(co_await self.side_.run(call, Lane::owners, std::move(work)));
    };
    net::co_spawn(context_, task(*this, begun), net::detached);
    context_.poll();
    begun.get_future().wait_for(test::patience());
  }

  void settle() {
    go_.set_value();
    context_.restart();
    context_.run_for(test::patience());
  }

  static Call far_call() { return Call{Deadline::in(test::patience())}; }

  Metrics metrics_;
  Call call_ = far_call();
  std::optional<SideThread> holder_{std::in_place, metrics_};
  SideThread& side_ = *holder_;
  net::io_context context_{1};
  std::promise<void> go_;
  std::vector<std::string> done_;    ///< work that was done, in that order; read after settle()
  std::vector<std::string> failed_;  ///< work that was not, with why
};

TEST_F(SideThreadTest, DoesTheWorkAndResumesOnTheThreadThatAsked) {
  const auto here = std::this_thread::get_id();
  std::thread::id resumed;
  const auto task = [&]() -> awaitable<std::thread::id> {
    auto work = [] { return std::this_thread::get_id(); };
    const auto there = co_await side_.run(call_, Lane::owners, std::move(work));
    resumed = std::this_thread::get_id();
    co_return *there;
  };
  EXPECT_NE(test::run(task()), here);
  EXPECT_EQ(resumed, here);
  EXPECT_EQ(metric_value(metrics_, "curt_side_thread_work_seconds_count"), "1");
  EXPECT_EQ(metric_value(metrics_, "curt_side_thread_waiting"), "0");
}

TEST_F(SideThreadTest, GivesTheErrorOfTheWork) {
  const result<int> failed = run([]() -> result<int> { return Error{ErrorCode::not_found, "none"}; });
  EXPECT_EQ(failed.error().code, ErrorCode::not_found);
}

TEST_F(SideThreadTest, ThrowsWhatTheWorkThrew) {
  const auto fail = []() -> int { throw std::out_of_range{"far away"}; };
  EXPECT_THROW(EXPECT_FALSE(run(fail)), std::out_of_range);
}

TEST_F(SideThreadTest, DestroysThereWhatTheWorkHolds) {
  std::thread::id destroyed_on;
  const auto note = [&](const int* held) {
    delete held;
    destroyed_on = std::this_thread::get_id();
  };
  std::unique_ptr<int, decltype(note)> held{new int{7}, note};
  const auto there = run([h = std::move(held)] { return std::this_thread::get_id(); });
  EXPECT_EQ(destroyed_on, *there);
}

TEST_F(SideThreadTest, DoesNotBeginWhatIsLate) {
  occupy();
  ask("late", Lane::owners, Call{Deadline::in(std::chrono::milliseconds{-1})});
  ask("in time");
  settle();
  EXPECT_THAT(done_, ElementsAre("in time"));
  EXPECT_THAT(failed_, ElementsAre("late deadline_exceeded"));
  EXPECT_EQ(metric_value(metrics_, R"(curt_side_thread_given_up_total{reason="deadline_exceeded"})"), "1");
}

TEST_F(SideThreadTest, RefusesWhatIsTooMuchAtOnce) {
  occupy();
  for (std::size_t i = 0; i < SideThread::kMostWaiting; ++i) ask("fits");
  ask("too much");
  ask("visitor", Lane::visitors);  // has room of its own
  EXPECT_THAT(failed_, ElementsAre("too much overloaded"));
  EXPECT_EQ(metric_value(metrics_, "curt_side_thread_waiting"), std::to_string(SideThread::kMostWaiting + 1));
  settle();
  EXPECT_EQ(done_.size(), SideThread::kMostWaiting + 1);
  EXPECT_EQ(failed_.size(), 1U);
  EXPECT_EQ(metric_value(metrics_, R"(curt_side_thread_given_up_total{reason="overloaded"})"), "1");
}

TEST_F(SideThreadTest, HasLessRoomForVisitorsWhoCannotWait) {
  occupy();
  for (std::size_t i = 0; i < SideThread::kMostVisitorsWaiting; ++i) ask("fits", Lane::visitors);
  ask("too much", Lane::visitors);
  EXPECT_THAT(failed_, ElementsAre("too much overloaded"));
  settle();
}

TEST_F(SideThreadTest, LetsVisitorsGoFirst) {
  occupy();
  ask("list");
  ask("one", Lane::visitors);
  ask("two", Lane::visitors);
  settle();
  EXPECT_THAT(done_, ElementsAre("one", "two", "list"));
}

TEST_F(SideThreadTest, LetsOwnersInBetweenManyVisitors) {
  occupy();
  for (std::size_t i = 0; i < SideThread::kMostVisitorsWaiting; ++i) ask("visitor", Lane::visitors);
  ask("list");
  settle();
  EXPECT_EQ(done_.size(), SideThread::kMostVisitorsWaiting + 1);
  EXPECT_NE(done_.back(), "list");
}

TEST_F(SideThreadTest, CallsWhatIsToBeDoneEachSecondAndAtItsEnd) {
  int calls = 0;
  {
    std::promise<void> called;
    const SideThread side{metrics_, [&] {
                            if (++calls == 2) called.set_value();
                          }};
    called.get_future().wait_for(test::patience());
  }
  EXPECT_GE(calls, 3);
}

TEST_F(SideThreadTest, FailsAtItsEndWhatHasNotBegun) {
  occupy();
  ask("waits");
  std::jthread end{[&] { holder_.reset(); }};
  // It is ending when it takes no more; what it took until then waits as well.
  EXPECT_TRUE(test::eventually([&] {
    ask("more");
    return !failed_.empty();
  }));
  settle();
  end.join();
  context_.restart();
  context_.run_for(test::patience());
  EXPECT_THAT(done_, IsEmpty());
  EXPECT_THAT(failed_, Contains("waits unavailable"));
  EXPECT_THAT(failed_, Each(HasSubstr("unavailable")));
}

TEST_F(SideThreadTest, OutlivesWhatFailsEachSecond) {
  std::promise<void> called;
  {
    SideThread side{metrics_, [&, calls = 0]() mutable {
                      if (++calls == 2) called.set_value();
                      throw std::bad_alloc{};
                    }};
    called.get_future().wait_for(test::patience());
    auto work = [] { return 7; };
    EXPECT_EQ(*test::run(side.run(call_, Lane::owners, std::move(work))), 7);
  }
}

}  // namespace
}  // namespace curt::api
