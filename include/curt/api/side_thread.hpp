#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/metrics.hpp"
#include "curt/domain/error.hpp"

namespace curt::api {

/// A thread beside the cores for what would hold one of them for longer than a redirect may wait: long
/// answers are written there, zone files read, unknown user agents judged. Nothing there waits for the
/// database or the network. What waits for its turn is bounded. Thread-safe.
class SideThread {
 public:
  /// What waits apart from the rest.
  enum class Lane {
    visitors,  ///< short work that a redirect waits for; goes first
    owners,    ///< the rest
  };

  /// Work that may wait for its turn; of visitors so little that the last of them waits for some tens of
  /// milliseconds, whatever they send.
  static constexpr std::size_t kMostWaiting = 256;
  static constexpr std::size_t kMostVisitorsWaiting = 32;

  /// `each_second` is called on this thread about once a second, and at the end.
  explicit SideThread(Metrics& metrics, std::function<void()> each_second = [] {});

  /// Fails what has not begun. Whoever waits for it must still be able to resume.
  ~SideThread();
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  /// What `run` gives for a function that gives this: results are not nested.
  template <class T>
  struct Outcome {
    static_assert(!std::is_same_v<T, bool>, "a copy of a result<bool> may be whether there is a value");
    using type = result<T>;
  };
  template <class T>
  struct Outcome<result<T>> {
    using type = result<T>;
  };
  template <class Work>
  using OutcomeOf = typename Outcome<std::invoke_result_t<Work&>>::type;

  /// Calls `work` on this thread and resumes on the caller's with what it gave, or throws what it threw; what
  /// it holds is destroyed on this thread. Nothing was done after `overloaded`, where too much waits, and
  /// `deadline_exceeded`, where the call's deadline was over before its turn.
  template <class Work>
  awaitable<OutcomeOf<Work>> run(const Call& call, Lane lane, Work work) {
    auto start = [this, deadline = call.deadline, lane,
                  w = std::move(work)](Completion<Done<Work>> done) mutable {
      push(lane, std::make_unique<WorkJob<Work>>(deadline, std::move(w), std::move(done)));
    };
    Done<Work> done = co_await suspend<Done<Work>>(std::move(start));
    if (done.failure) std::rethrow_exception(done.failure);
    co_return std::move(*done.outcome);
  }

 private:
  /// One of the two is there.
  template <class Work>
  struct Done {
    std::optional<OutcomeOf<Work>> outcome;
    std::exception_ptr failure;
  };

  struct Job {
    explicit Job(Deadline by) noexcept : deadline(by) {}
    virtual ~Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    virtual void work() noexcept = 0;
    /// Hands on what work() made; either this or fail() is called, once.
    virtual void finish() = 0;
    virtual void fail(Error error) = 0;

    const Deadline deadline;
    const Deadline::clock::time_point made_at = Deadline::clock::now();
  };

  template <class Work>
  struct WorkJob final : Job {
    WorkJob(Deadline by, Work w, Completion<Done<Work>> d)
        : Job(by), todo(std::move(w)), done(std::move(d)) {}

    void work() noexcept override {
      try {
        made.outcome.emplace((*todo)());
      } catch (...) {
        made.failure = std::current_exception();
      }
      todo.reset();  // on this thread: it may hold thousands of texts
    }

    void finish() override { done(std::move(made)); }

    void fail(Error error) override {
      made.outcome.emplace(std::move(error));
      finish();
    }

    std::optional<Work> todo;
    Done<Work> made;
    Completion<Done<Work>> done;
  };

  using JobPtr = std::unique_ptr<Job>;

  void push(Lane lane, JobPtr job);
  /// Waits for the next one; null if there is none by then, or when the thread is to end.
  [[nodiscard]] JobPtr pop(Deadline::clock::time_point by);
  void do_job(Job& job);
  void run_thread();
  void call_each_second() noexcept;

  const Gauge waiting_;
  const Histogram wait_;
  const Histogram work_;
  const Counter overloaded_;
  const Counter late_;

  std::mutex mutex_;  ///< guards what follows, but for the thread
  std::condition_variable some_;
  std::array<std::deque<JobPtr>, 2> lanes_;  ///< by Lane
  std::size_t visitors_in_a_row_ = 0;
  std::atomic<bool> ending_{false};

  const std::function<void()> each_second_;
  std::thread thread_;
};

}  // namespace curt::api
