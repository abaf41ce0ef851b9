#include "store/job_queue.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>

#include "support/run_awaitable.hpp"
#include "support/store/job_queue_fixture.hpp"

namespace curt::store {
namespace {

using testing::HasSubstr;

TEST_F(JobQueueTest, FailsWhatIsWithdrawnAndKeepsTheRest) {
  push("a", Deadline::in(std::chrono::hours{1}), 7);
  push("b");
  push("c", Deadline::in(std::chrono::hours{1}), 7);
  queue_->withdraw([](const Job<CountingDb>& job) { return job.client() == 7; });
  EXPECT_THAT(notes_, testing::ElementsAre("a unavailable", "c unavailable"));
  // There is room again.
  push("d");
  push("e");
  finish(3);
  EXPECT_THAT(notes_, testing::ElementsAre("a unavailable", "c unavailable", "b finished", "d finished",
                                           "e finished"));
}

TEST_F(JobQueueTest, GivesJobsInTheirOrderAndNoMoreThanAskedFor) {
  for (const char* name : {"a", "b", "c"}) push(name);
  finish(2);
  EXPECT_THAT(notes_, testing::ElementsAre("a finished", "b finished"));
  finish(2);
  EXPECT_EQ(notes_.back(), "c finished");
}

TEST_F(JobQueueTest, FailsAJobWhoseDeadlinePassedWhileItWaited) {
  push("late", Deadline{Deadline::clock::now()});
  push("in time");
  finish(3);
  EXPECT_THAT(notes_, testing::ElementsAre("late deadline_exceeded", "in time finished"));
}

TEST_F(JobQueueTest, GivesOutWhatItTookAfterItWasClosedAndRefusesTheRest) {
  push("a");
  queue_->close();
  push("b");
  finish(3);
  EXPECT_TRUE(queue_->pop(3).empty());
  EXPECT_THAT(notes_, testing::ElementsAre("b unavailable", "a finished"));
}

TEST_F(JobQueueTest, FailsWhatNobodyTookWhenItIsDestroyed) {
  push("a");
  queue_.reset();
  EXPECT_THAT(notes_, testing::ElementsAre("a unavailable"));
}

TEST_F(JobQueueTest, FailsOverdueJobsThatNobodyTakes) {
  push("late", Deadline{Deadline::clock::now()});
  push("in time");
  queue_->fail_overdue();
  EXPECT_THAT(notes_, testing::ElementsAre("late deadline_exceeded"));
  EXPECT_THAT(metrics_.to_text(), HasSubstr(R"(curt_store_queue_depth{store="test",queue="jobs"} 1)"));
  finish(3);
  EXPECT_EQ(notes_.back(), "in time finished");
}

TEST_F(JobQueueTest, FailsJobsThatHaveWaitedLongerThanTheyMay) {
  queue_ = std::make_unique<JobQueue<CountingDb>>(
      QueueOptions{.capacity = 3, .longest_wait = Deadline::clock::duration::zero()},
      QueueMetrics{metrics_, "test", "impatient"});
  push("a");
  queue_->fail_overdue();
  EXPECT_THAT(notes_, testing::ElementsAre("a overloaded"));
}

TEST_F(JobQueueTest, RefusesWhatWaitsAndWhatComesForAsLongAsItIsTold) {
  push("a");
  queue_->refuse(Refusal{store_is_stopping()});
  push("b");
  EXPECT_THAT(notes_, testing::ElementsAre("a unavailable", "b unavailable"));
  EXPECT_EQ(queue_->size(), 0U);
  queue_->refuse(std::nullopt);
  push("c");
  finish(1);
  EXPECT_EQ(notes_.back(), "c finished");
}

TEST_F(JobQueueTest, TakingWithoutWaitingGivesWhatIsThere) {
  EXPECT_TRUE(queue_->try_pop(3).empty());
  push("late", Deadline{Deadline::clock::now()});
  push("a");
  for (const auto& job : queue_->try_pop(3)) job->finish();
  EXPECT_THAT(notes_, testing::ElementsAre("late deadline_exceeded", "a finished"));
}

TEST_F(JobQueueTest, TellsOfEachJobThatItTookIn) {
  int told = 0;
  queue_ = std::make_unique<JobQueue<CountingDb>>(QueueOptions{.capacity = 1, .on_push = [&told] { ++told; }},
                                                  QueueMetrics{metrics_, "test", "telling"});
  push("a");
  push("refused");
  EXPECT_EQ(told, 1);
}

TEST_F(JobQueueTest, TheFirstAnswerOfAJobCounts) {
  auto answer_twice = [&]() -> awaitable<result<int>> {
    auto start = [](Completion<Answer<int>> done) {
      auto work = [](CountingDb&) -> result<int> { return 1; };
      WorkJob<int, CountingDb, decltype(work)> job{Deadline::in(std::chrono::hours{1}), work,
                                                   std::move(done)};
      CountingDb db;
      job.run(db);
      job.fail(deadline_passed());
      job.finish();
    };
    Answer<int> answer = co_await suspend<Answer<int>>(start);
    co_return std::move(answer.value);
  };
  EXPECT_EQ(test::run(answer_twice()).error().code, ErrorCode::deadline_exceeded);
}

TEST_F(JobQueueTest, WakesAThreadThatWaitsWhenItIsClosed) {
  std::thread worker{[this] { EXPECT_TRUE(queue_->pop(1).empty()); }};
  queue_->close();
  worker.join();
}

/// A thread that does the jobs of a queue.
class Worker {
 public:
  explicit Worker(JobQueue<CountingDb>& queue) : queue_(queue), thread_([this] { work(); }) {}
  ~Worker() {
    queue_.close();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  [[nodiscard]] std::thread::id id() const { return thread_.get_id(); }

 private:
  void work() {
    for (auto jobs = queue_.pop(1); !jobs.empty(); jobs = queue_.pop(1)) {
      jobs.front()->run(db_);
      jobs.front()->finish();
    }
  }

  JobQueue<CountingDb>& queue_;
  CountingDb db_;
  std::thread thread_;
};

TEST_F(JobQueueTest, AskingRunsTheWorkOnAWorkerAndResumesOnTheCallersThread) {
  const Worker worker{*queue_};
  std::thread::id resumed_on;
  auto ask_twice = [&]() -> awaitable<result<std::string>> {
    auto work = [&worker](CountingDb& db) -> result<std::string> {
      db.execute();
      db.execute();
      return std::string{std::this_thread::get_id() == worker.id() ? "on the worker" : "elsewhere"};
    };
    const result<std::string> first = co_await ask<std::string>(*queue_, call_, work);
    result<std::string> second = co_await ask<std::string>(*queue_, call_, work);
    resumed_on = std::this_thread::get_id();
    EXPECT_EQ(first.value(), second.value());
    co_return second;
  };
  EXPECT_EQ(test::run(ask_twice()).value(), "on the worker");
  EXPECT_EQ(resumed_on, std::this_thread::get_id());
  EXPECT_EQ(call_.statements, 4U);
}

TEST_F(JobQueueTest, AskingGivesTheErrorOfTheWorkAndWhatItCost) {
  const Worker worker{*queue_};
  auto refuse = [](CountingDb& db) -> result<int> {
    db.execute();
    return invalid_field("url", "is wrong");
  };
  EXPECT_EQ(test::run(ask<int>(*queue_, call_, refuse)).error().code, ErrorCode::invalid_value);
  EXPECT_EQ(call_.statements, 1U);
}

TEST_F(JobQueueTest, AskingTurnsWhatTheWorkThrowsIntoAnError) {
  const Worker worker{*queue_};
  auto fall = [](CountingDb&) -> result<int> { throw std::runtime_error{"fell"}; };
  EXPECT_EQ(test::run(ask<int>(*queue_, call_, fall)).error().detail, "thrown");
}

TEST_F(JobQueueTest, AskingAClosedQueueIsUnavailable) {
  queue_->close();
  auto nothing = [](CountingDb&) -> result<int> { return 1; };
  EXPECT_EQ(test::run(ask<int>(*queue_, call_, nothing)).error().code, ErrorCode::unavailable);
  EXPECT_EQ(call_.statements, 0U);
}

}  // namespace
}  // namespace curt::store
