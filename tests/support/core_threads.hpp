#pragma once

#include <cstddef>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "curt/base/async.hpp"

#include "support/run_awaitable.hpp"

namespace curt::test {

/// Some io_contexts with a thread each, as the cores of a server are.
class CoreThreads {
 public:
  explicit CoreThreads(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      contexts_.push_back(std::make_unique<net::io_context>(1));
      guards_.emplace_back(contexts_.back()->get_executor());
    }
    for (auto& context : contexts_) {
      threads_.emplace_back([&context] { context->run(); });
    }
  }
  ~CoreThreads() { join(); }
  CoreThreads(const CoreThreads&) = delete;
  CoreThreads& operator=(const CoreThreads&) = delete;

  [[nodiscard]] std::vector<Executor> executors() const {
    std::vector<Executor> all;
    for (const auto& context : contexts_) all.push_back(context->get_executor());
    return all;
  }

  /// Runs the coroutine on a core's thread.
  std::future<void> spawn(std::size_t core, awaitable<void> task) {
    return net::co_spawn(contexts_[core]->get_executor(), std::move(task), net::use_future);
  }

  /// The same, and waits for what it returns.
  template <class T>
  T run(std::size_t core, awaitable<T> task) {
    std::optional<T> outcome;
    spawn(core, keep(std::move(task), outcome)).get();
    return *std::move(outcome);
  }
  void run(std::size_t core, awaitable<void> task) { spawn(core, std::move(task)).get(); }

  /// Waits until nothing is left to do on any core.
  void join() {
    guards_.clear();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::unique_ptr<net::io_context>> contexts_;
  std::vector<net::executor_work_guard<Executor>> guards_;
  std::vector<std::thread> threads_;
};

}  // namespace curt::test
