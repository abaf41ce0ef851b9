#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "curt/cache/redis/connection/redis_client.hpp"

#include "cache/redis/connection/redis_socket.hpp"

namespace curt::cache {

/// What several threads answer to one coroutine, which waits for all of them and no longer than it wants.
/// Thread-safe.
class Gathering {
 public:
  /// A thread that never comes to answer may have a connection.
  explicit Gathering(std::size_t count) : replies_(count, ConnectionReply{true, {}}), missing_(count) {}

  /// To be called once for each `at` at most.
  void answer(std::size_t at, ConnectionReply reply) {
    const std::lock_guard lock{mutex_};
    replies_[at] = std::move(reply);
    if (--missing_ > 0 || !waiting_) return;
    // While it waits its io_context has work, and is there.
    net::post(waiting_->executor, [timer = waiting_->timer] {
      if (const auto still_there = timer.lock()) still_there->cancel();
    });
  }

  /// What has been answered once all have, or at this time. Resumes on the caller's thread. To be called
  /// once.
  static awaitable<std::vector<ConnectionReply>> wait(std::shared_ptr<Gathering> self,
                                                      std::chrono::steady_clock::time_point until) {
    const Executor executor = co_await net::this_coro::executor;
    const auto timer = std::make_shared<SteadyTimer>(executor, until);
    const Wait wait{*self, executor, timer};
    if (!self->is_complete()) {
      boost::system::error_code ignored;
      co_await timer->async_wait(net::redirect_error(use_awaitable, ignored));
    }
    std::vector<ConnectionReply> replies = self->replies();
    co_return replies;
  }

 private:
  /// Whom to wake.
  struct Waiting {
    Executor executor;
    std::weak_ptr<SteadyTimer> timer;
  };

  /// While this lives there is somebody to wake.
  class Wait {
   public:
    Wait(Gathering& gathering, const Executor& executor, const std::shared_ptr<SteadyTimer>& timer)
        : gathering_(gathering) {
      const std::lock_guard lock{gathering_.mutex_};
      gathering_.waiting_ = std::make_unique<Waiting>(Waiting{executor, timer});
    }
    ~Wait() {
      const std::lock_guard lock{gathering_.mutex_};
      gathering_.waiting_.reset();
    }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    Gathering& gathering_;
  };

  [[nodiscard]] bool is_complete() const {
    const std::lock_guard lock{mutex_};
    return missing_ == 0;
  }

  [[nodiscard]] std::vector<ConnectionReply> replies() const {
    const std::lock_guard lock{mutex_};
    return replies_;
  }

  mutable std::mutex mutex_;
  std::vector<ConnectionReply> replies_;
  std::size_t missing_;
  std::unique_ptr<const Waiting> waiting_;
};

}  // namespace curt::cache
