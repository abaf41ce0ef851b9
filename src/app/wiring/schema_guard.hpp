#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "curt/app/settings/settings.hpp"
#include "curt/domain/error.hpp"

#include "app/wiring/url_now.hpp"

namespace curt::app {

/// Keeps this process from a Postgres schema that is older or newer than what it knows. A database that
/// cannot be reached is asked again until it answers: redirects are served from the caches meanwhile.
class SchemaGuard {
 public:
  explicit SchemaGuard(const Settings& settings)
      : url_(settings.database_url),
        url_now_(database_url_now(settings)),
        connect_timeout_(std::chrono::ceil<std::chrono::seconds>(settings.db_connect_timeout)) {}

  /// Asks now; an error's detail says what the operator has to run. Blocks.
  [[nodiscard]] result<void> check();

  /// Goes on asking where check() had no answer; what does not fit then ends the process by SIGTERM.
  void watch();

  /// Whether it has ended the process.
  [[nodiscard]] bool refused() const noexcept { return refused_; }

 private:
  void ask_until_answered(const std::stop_token& stop);

  const std::string url_;
  const std::function<std::string()> url_now_;  ///< empty: url_ stays
  const std::chrono::seconds connect_timeout_;
  bool warned_ = false;
  bool answered_ = false;
  std::atomic<bool> refused_{false};
  std::jthread thread_;
};

}  // namespace curt::app
