#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::visits {

/// Logs one line when delivery stops and one when it goes on. For one thread, except is_on().
class DeliveryOutage {
 public:
  using SteadyClock = std::chrono::steady_clock;

  /// `who` delivers, the forwarder or the worker, and `where` visits are kept meanwhile.
  DeliveryOutage(std::string who, std::string_view where)
      : who_(std::move(who)), warning_("cannot deliver visits; keeping them in the " + std::string{where}) {}

  void failed(std::string_view reason) {
    if (out_.exchange(true, std::memory_order_relaxed)) return;
    since_ = SteadyClock::now();
    log::warn(warning_, {{"by", who_}, {"error", reason}});
  }

  void went_on() {
    if (!out_.exchange(false, std::memory_order_relaxed)) return;
    const std::chrono::duration<double> time = SteadyClock::now() - since_;
    log::info("delivering visits again", {{"by", who_}, {"outage_seconds", time.count()}});
  }

  [[nodiscard]] bool is_on() const noexcept { return out_.load(std::memory_order_relaxed); }

 private:
  std::string who_;
  std::string warning_;
  std::atomic<bool> out_{false};
  SteadyClock::time_point since_;
};

}  // namespace curt::visits
