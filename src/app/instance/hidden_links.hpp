#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "curt/base/async.hpp"
#include "curt/links/link_store.hpp"

namespace curt::app {

/// Logs one warning with the codes of the links that a path of the service itself hides; nothing if there are
/// none. Asks again while the store does not answer. What it is given must outlive it, and it must outlive
/// the executor's io_context.
class HiddenLinks {
 public:
  /// `pause` is how long it waits after a failure.
  explicit HiddenLinks(links::LinkStore& store, std::chrono::milliseconds pause = std::chrono::seconds{5})
      : store_(store), pause_(pause) {}
  HiddenLinks(const HiddenLinks&) = delete;
  HiddenLinks& operator=(const HiddenLinks&) = delete;

  /// Begins to ask, on the executor. To be called once.
  void start(const Executor& executor);

  /// Asks no more. Thread-safe.
  void stop();

 private:
  awaitable<void> warn();
  /// Whether a path of the service hides a link of this code; nothing once it was stopped.
  awaitable<std::optional<bool>> has_link(ShortCode code);
  awaitable<void> wait();

  links::LinkStore& store_;
  const std::chrono::milliseconds pause_;
  std::optional<Executor> executor_;
  std::atomic<bool> stopping_{false};
  net::steady_timer* timer_ = nullptr;  ///< while it waits; of the executor's thread
};

}  // namespace curt::app
