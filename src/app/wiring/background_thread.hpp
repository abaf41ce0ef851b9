#pragma once

#include <chrono>
#include <future>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "curt/base/async.hpp"

namespace curt::app {

/// A thread with an io_context for what no request waits for: the subscription to other instances' changes
/// and what follows from it.
class BackgroundThread {
 public:
  /// How long the last announcements to other instances may take.
  static constexpr std::chrono::seconds kGoodbye{2};

  BackgroundThread();
  ~BackgroundThread();
  BackgroundThread(const BackgroundThread&) = delete;
  BackgroundThread& operator=(const BackgroundThread&) = delete;

  [[nodiscard]] Executor executor() noexcept { return context_.get_executor(); }

  /// Waits until nothing is left to do, `grace` at most, and ends the thread.
  void stop(std::chrono::milliseconds grace);

 private:
  net::io_context context_{1};
  net::executor_work_guard<Executor> work_{context_.get_executor()};
  std::promise<void> idle_;
  std::thread thread_;
};

}  // namespace curt::app
