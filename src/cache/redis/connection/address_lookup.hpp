#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "curt/cache/redis/protocol/redis_address.hpp"

namespace curt::cache {

/// Asks where the server is now. Reading that from a file may block for as long as the file system likes, so
/// it runs on a thread that nobody waits for, one at a time however many ask.
class AddressLookup {
 public:
  /// One question. `address` and `problem` may be read once it is done.
  struct Answer {
    std::atomic<bool> done{false};
    RedisAddress address;
    std::string problem;  ///< why there is no address; empty if there is one
  };

  /// Calls `ask` on another thread, or joins the call that is under way. Thread-safe.
  [[nodiscard]] std::shared_ptr<const Answer> begin(const std::function<RedisAddress()>& ask);

 private:
  std::mutex mutex_;
  std::shared_ptr<Answer> current_;
};

}  // namespace curt::cache
