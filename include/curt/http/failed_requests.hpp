#pragma once

#include <string_view>

namespace curt::http {

/// Logs why a request failed that the client is told less of. An error that comes again and again is counted
/// instead, until tell_failed_requests() logs how often it came. One log for the process, as base/logging is.
/// On any thread.
void log_failed_request(std::string_view request_id, std::string_view error) noexcept;

/// To be called about once a second, and at the end.
void tell_failed_requests();

}  // namespace curt::http
