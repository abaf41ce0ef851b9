#include "store/job_queue.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>

#include "curt/domain/client_share.hpp"

#include "support/run_awaitable.hpp"

namespace curt::store {
namespace {

using testing::HasSubstr;

/// A database that only counts.
class CountingDb {
 public:
  void execute() { ++statements_; }
  [[nodiscard]] std::uint32_t statements() const noexcept { return statements_; }
  [[nodiscard]] static Error failure(const std::exception_ptr& /*exception*/) {
    Error error;
    error.code = ErrorCode::unavailable;
    error.detail = "thrown";
    return error;
  }

 private:
  std::uint32_t statements_ = 0;
};

/// A job that notes what becomes of it.
class NotedJob final : public Job<CountingDb> {
 public:
  NotedJob(std::vector<std::string>& notes, std::string name, Deadline deadline, std::uint64_t client)
      : Job(deadline, client), notes_(notes), name_(std::move(name)) {}

  Writes run(CountingDb& /*db*/) noexcept override { return Writes::keep; }
  void finish() override { notes_.push_back(name_ + " finished"); }
  void fail(Error error) override { notes_.push_back(name_ + " " + std::string{name_of(error.code)}); }

 private:
  std::vector<std::string>& notes_;
  std::string name_;
};

class JobQueueTest : public testing::Test {
 protected:
  void push(const std::string& name, Deadline deadline = Deadline::in(std::chrono::hours{1}),
            std::uint64_t client = 1) {
    queue_->push(std::make_unique<NotedJob>(notes_, name, deadline, client));
  }
  void push_of(std::uint64_t client, const std::string& name) {
    push(name, Deadline::in(std::chrono::hours{1}), client);
  }
  void make_queue(QueueOptions options) {
    queue_ =
        std::make_unique<JobQueue<CountingDb>>(std::move(options), QueueMetrics{metrics_, "test", "more"});
  }
  void finish(std::size_t limit) {
    for (const auto& job : queue_->pop(limit)) job->finish();
  }

  Metrics metrics_;
  std::vector<std::string> notes_;
  std::unique_ptr<JobQueue<CountingDb>> queue_ =
      std::make_unique<JobQueue<CountingDb>>(3, QueueMetrics{metrics_, "test", "jobs"});
  Call call_{Deadline::in(std::chrono::hours{1})};
};

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

TEST_F(JobQueueTest, RefusesAtOnceWhatFindsItFull) {
  for (const char* name : {"a", "b", "c", "d"}) push(name);
  EXPECT_THAT(notes_, testing::ElementsAre("d overloaded"));
  EXPECT_THAT(metrics_.to_text(), HasSubstr(R"(curt_store_queue_depth{store="test",queue="jobs"} 3)"));
  finish(3);
  push("e");
  finish(1);
  EXPECT_EQ(notes_.back(), "e finished");
}

TEST_F(JobQueueTest, AlwaysHasRoomForWhatCurtDoesByItself) {
  for (const char* name : {"a", "b", "c", "d"}) push_of(0, name);
  push_of(1, "e");
  EXPECT_TRUE(notes_.empty());
  finish(5);
  EXPECT_EQ(notes_.size(), 5U);
}

TEST_F(JobQueueTest, LetsOneClientFillItWhereNoSharesAreSet) {
  push_of(1, "a");
  push_of(2, "b");
  push_of(1, "c");
  finish(3);
  EXPECT_THAT(notes_, testing::ElementsAre("a finished", "b finished", "c finished"));
}

TEST_F(JobQueueTest, RefusesAClientThatHasItsShareWhileOthersWait) {
  make_queue({.capacity = 4, .client_share = 0.5});
  push_of(1, "a1");
  push_of(2, "b1");
  push_of(1, "a2");
  push_of(1, "a3");
  EXPECT_THAT(notes_, testing::ElementsAre("a3 overloaded"));
  push_of(2, "b2");
  EXPECT_EQ(notes_.size(), 1U);
  EXPECT_TRUE(is_for_its_share(client_has_its_share()))
      << "so that others who wait for the job ask themselves";
}

TEST_F(JobQueueTest, MakesRoomForAClientWhoseShareAnotherOneHasTaken) {
  make_queue({.capacity = 4, .client_share = 0.5});
  for (const char* name : {"a1", "a2", "a3", "a4"}) push_of(1, name);
  EXPECT_TRUE(notes_.empty());
  push_of(2, "b1");
  EXPECT_THAT(notes_, testing::ElementsAre("a4 overloaded"));
  EXPECT_THAT(metrics_.to_text(), HasSubstr(R"(curt_store_queue_depth{store="test",queue="more"} 4)"));
  finish(2);
  EXPECT_THAT(notes_, testing::ElementsAre("a4 overloaded", "a1 finished", "b1 finished"));
}

TEST_F(JobQueueTest, IsFullForEveryoneWhereEachHasItsShare) {
  make_queue({.capacity = 2, .client_share = 0.5});
  push_of(1, "a1");
  push_of(2, "b1");
  push_of(3, "c1");
  EXPECT_THAT(notes_, testing::ElementsAre("c1 overloaded"));
}

TEST_F(JobQueueTest, GivesUpWhatWaitsInAStandingQueueButNotWhatCurtDoesByItself) {
  limits::ControlledDelay delay;
  // Lookups that stand until later than this test takes.
  const auto later = Deadline::clock::now() + std::chrono::hours{1};
  for (auto ago = std::chrono::milliseconds{500}; ago.count() >= 0; ago -= std::chrono::milliseconds{10}) {
    delay.left_queue(limits::Work::lookups, std::chrono::seconds{1}, later - ago);
  }
  ASSERT_TRUE(delay.gives_up(limits::Work::creates));
  make_queue({.capacity = 3, .delay = &delay, .work = limits::Work::creates});
  push_of(1, "a");
  push_of(0, "own");
  std::this_thread::sleep_for(limits::ControlledDelay::kTarget + std::chrono::milliseconds{1});
  finish(3);
  EXPECT_THAT(notes_, testing::ElementsAre("a overloaded", "own finished"));
  EXPECT_THAT(metrics_.to_text(),
              HasSubstr(R"(curt_store_jobs_given_up_total{store="test",queue="more",reason="shed"} 1)"));
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
