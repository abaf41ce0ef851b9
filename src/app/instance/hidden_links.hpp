#pragma once

#include <chrono>
#include <optional>

#include "curt/base/async.hpp"
#include "curt/base/loop.hpp"
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
  /// False where the store does not answer.
  awaitable<bool> list();

  links::LinkStore& store_;
  const std::chrono::milliseconds pause_;
  std::optional<Loop> loop_;
};

}  // namespace curt::app
