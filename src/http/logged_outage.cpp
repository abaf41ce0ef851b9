#include "curt/http/logged_outage.hpp"

#include <exception>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::http {

void LoggedOutage::begin(std::string_view why) noexcept {
  if (std::exchange(lasts_, true)) return;
  try {
    log::warn(begun_, {{"error", why}});
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nobody can be told
  }
}

void LoggedOutage::log_end() noexcept {
  lasts_ = false;
  try {
    log::info(ended_);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nobody can be told
  }
}

}  // namespace curt::http
