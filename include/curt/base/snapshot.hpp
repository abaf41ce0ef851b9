#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "curt/base/async.hpp"

namespace curt {

/// An immutable value that is replaced whole. Reading is one load of a pointer, without a lock.
///
/// A reader holds the pointer of seen() only while it does one thing, without suspending. Once each reader's
/// thread has begun something else after a new value was there, nobody reads the former one. Each reader
/// gives its share of the former value back to the home thread, so that no reader has to free what may be
/// large.
template <class T>
class Snapshot {
 public:
  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// The executors of the threads that call seen(), and `home`, another one, on which former values are
  /// freed. All of them must run, or end with what was posted to them, before this ends. To be called before
  /// anybody reads on them.
  void read_on(std::vector<Executor> readers, Executor home) {
    const std::lock_guard lock{mutex_};
    readers_ = std::move(readers);
    home_ = std::move(home);
  }

  /// The value, or null before the first one: for the threads of the readers, and for those that run before
  /// there are any. It lives until the reader's thread begins something else.
  [[nodiscard]] const T* seen() const noexcept { return seen_.load(std::memory_order_acquire); }

  /// The value, or null, with a share in it. On any thread.
  [[nodiscard]] std::shared_ptr<const T> current() const {
    const std::lock_guard lock{mutex_};
    return current_;
  }

  /// Where former values are freed; nothing before read_on().
  [[nodiscard]] std::optional<Executor> home() const {
    const std::lock_guard lock{mutex_};
    return home_;
  }

  /// Replaces the value. On any thread.
  void publish(std::shared_ptr<const T> next) {
    const std::lock_guard lock{mutex_};
    const std::shared_ptr<const T> former = std::exchange(current_, std::move(next));
    seen_.store(current_.get(), std::memory_order_release);
    if (!former || !home_) return;
    for (const Executor& reader : readers_) {
      net::post(reader, [home = *home_, share = former]() mutable {
        net::post(home, [share = std::move(share)] {});
      });
    }
  }

 private:
  mutable std::mutex mutex_;  ///< guards all but seen_
  std::shared_ptr<const T> current_;
  std::vector<Executor> readers_;
  std::optional<Executor> home_;
  std::atomic<const T*> seen_{nullptr};  ///< current_, for readers
};

}  // namespace curt
