#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "curt/base/call.hpp"
#include "curt/base/metrics.hpp"

#include "store/job_queue.hpp"

namespace curt::store {

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

}  // namespace curt::store
