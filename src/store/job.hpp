#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>

#include "curt/base/async.hpp"
#include "curt/base/deadline.hpp"
#include "curt/domain/error.hpp"

namespace curt::store {

/// What a job gives back: its outcome, and how many SQL statements it took.
template <class T>
struct Answer {
  result<T> value;
  std::uint32_t statements = 0;
};

/// What becomes of the writes of a job that has run.
enum class Writes { keep, undo };

/// The caller of a job, who is answered once: what comes later is dropped. Thread-safe.
template <class T>
class Caller {
 public:
  explicit Caller(Completion<Answer<T>> done) : done_(std::move(done)) {}

  void answer(Answer<T> answer) {
    if (!answered_.exchange(true, std::memory_order_acq_rel)) done_(std::move(answer));
  }

 private:
  Completion<Answer<T>> done_;
  std::atomic<bool> answered_{false};
};

/// Work that waits for a thread which owns a `Db`: a connection to the database. The thread that takes a job
/// calls either run() and then finish(), or fail(). While it runs, another thread may call fail(), so that
/// its caller waits no longer; the first answer counts.
template <class Db>
class Job {
 public:
  /// `client` is whom the work is for, as Call has it.
  explicit Job(Deadline deadline, std::uint64_t client = 0) noexcept : deadline_(deadline), client_(client) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  [[nodiscard]] Deadline deadline() const noexcept { return deadline_; }
  [[nodiscard]] std::uint64_t client() const noexcept { return client_; }
  [[nodiscard]] Deadline::clock::time_point made_at() const noexcept { return made_at_; }

  /// Does the work and keeps its outcome until finish(). A failure, an exception too, becomes the outcome.
  virtual Writes run(Db& db) noexcept = 0;

  /// Hands the outcome of run() to the caller.
  virtual void finish() = 0;

  /// Hands an error to the caller, whether the work ran or not.
  virtual void fail(Error error) = 0;

 private:
  Deadline deadline_;
  std::uint64_t client_;
  Deadline::clock::time_point made_at_ = Deadline::clock::now();
};

/// A job whose work is a function `result<T>(Db&)` and whose caller waits for a Completion. The connection
/// counts its statements (`std::uint32_t statements()`) and turns what the work throws into an error
/// (`Error failure(std::exception_ptr)`).
template <class T, class Db, class Work>
class WorkJob final : public Job<Db> {
 public:
  WorkJob(Deadline deadline, Work work, Completion<Answer<T>> done, std::uint64_t client = 0)
      : Job<Db>(deadline, client), work_(std::move(work)), caller_(std::move(done)) {}

  Writes run(Db& db) noexcept override {
    const std::uint32_t before = db.statements();
    try {
      outcome_.emplace(work_(db));
    } catch (...) {
      outcome_.emplace(db.failure(std::current_exception()));
    }
    statements_.store(db.statements() - before, std::memory_order_relaxed);
    return outcome_->has_value() ? Writes::keep : Writes::undo;
  }

  void finish() override { caller_.answer(Answer<T>{std::move(*outcome_), statements_.load()}); }

  void fail(Error error) override { caller_.answer(Answer<T>{std::move(error), statements_.load()}); }

 private:
  Work work_;
  Caller<T> caller_;
  std::optional<result<T>> outcome_;
  std::atomic<std::uint32_t> statements_{0};
};

}  // namespace curt::store
