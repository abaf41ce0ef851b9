#pragma once

#include <string_view>

namespace curt::http {

/// Something that fails again and again for a while: logged once when it begins and once when it ends. Where
/// there is no memory left for the log either, the line is missing. For one thread.
class LoggedOutage {
 public:
  /// The texts must outlive this.
  LoggedOutage(std::string_view begun, std::string_view ended) noexcept : begun_(begun), ended_(ended) {}

  /// It failed. `why` goes into the log.
  void begin(std::string_view why) noexcept;
  /// It went well.
  void end() noexcept {
    if (lasts_) log_end();
  }

 private:
  void log_end() noexcept;

  std::string_view begun_;
  std::string_view ended_;
  bool lasts_ = false;
};

}  // namespace curt::http
