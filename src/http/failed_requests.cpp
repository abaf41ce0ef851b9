#include "curt/http/failed_requests.hpp"

#include "http/repeated_lines.hpp"

namespace curt::http {
namespace {

/// Never destroyed: a request may still fail while the process ends.
RepeatedLines& lines() {
  static auto& instance = *new RepeatedLines{"request failed"};
  return instance;
}

}  // namespace

void log_failed_request(std::string_view request_id, std::string_view error) noexcept {
  lines().add(request_id, error);
}

void tell_failed_requests() { lines().tell(); }

}  // namespace curt::http
