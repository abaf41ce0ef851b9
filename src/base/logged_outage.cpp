#include "curt/base/logged_outage.hpp"

namespace curt {

void LoggedOutage::begin(log::Fields why) noexcept {
  // The load spares the threads that fail at the same time an exchange each.
  if (lasts_.load(std::memory_order_relaxed) || lasts_.exchange(true, std::memory_order_relaxed)) return;
  log::warn(begun_, why);
}

void LoggedOutage::log_end() noexcept {
  if (lasts_.exchange(false, std::memory_order_relaxed)) log::info(ended_);
}

}  // namespace curt
