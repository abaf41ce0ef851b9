#pragma once

#include <atomic>
#include <string_view>

#include "curt/base/logging.hpp"

namespace curt {

/// Something that fails again and again for a while: logged once when it begins and once when it ends.
/// Thread-safe; a success costs one relaxed load while nothing fails.
class LoggedOutage {
 public:
  /// The texts must outlive this.
  LoggedOutage(std::string_view begun, std::string_view ended) noexcept : begun_(begun), ended_(ended) {}

  /// It failed. The fields that say why are those of the first failure.
  void begin(log::Fields why) noexcept;
  /// It went well.
  void end() noexcept {
    if (lasts_.load(std::memory_order_relaxed)) log_end();
  }

 private:
  void log_end() noexcept;

  std::string_view begun_;
  std::string_view ended_;
  std::atomic<bool> lasts_{false};
};

}  // namespace curt
