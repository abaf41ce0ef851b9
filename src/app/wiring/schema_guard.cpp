#include "app/wiring/schema_guard.hpp"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <utility>

#include <unistd.h>

#include "curt/base/logging.hpp"
#include "curt/store/postgres/schema/migrations.hpp"

namespace curt::app {
namespace {

constexpr std::chrono::seconds kPause{1};

}  // namespace

result<void> SchemaGuard::check() {
  store::PostgresMigrateOptions options;
  options.connect_timeout = connect_timeout_;
  const auto found = store::check_postgres_schema(url_now_ ? url_now_() : url_, options);
  if (!found && found.error().code == ErrorCode::unavailable) {
    if (!std::exchange(warned_, true)) {
      log::warn("the database cannot be asked for its schema; trying on", {{"error", found.error().detail}});
    }
    return {};
  }
  answered_ = true;
  if (!found) return Error{ErrorCode::unavailable, found.error().detail};
  if (!found->advice.empty()) return Error{ErrorCode::unavailable, found->advice};
  return {};
}

void SchemaGuard::watch() {
  if (answered_) return;
  thread_ = std::jthread{[this](const std::stop_token& stop) { ask_until_answered(stop); }};
}

void SchemaGuard::ask_until_answered(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  while (!answered_ && !stop.stop_requested()) {
    {
      std::unique_lock lock{mutex};
      stopped.wait_for(lock, stop, kPause, [] { return false; });
    }
    if (stop.stop_requested()) return;
    if (const auto fits = check(); !fits) {
      log::error(fits.error().detail);
      refused_ = true;
      ::kill(::getpid(), SIGTERM);
    }
  }
}

}  // namespace curt::app
