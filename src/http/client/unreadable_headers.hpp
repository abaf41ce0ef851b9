#pragma once

#include <atomic>
#include <string_view>

namespace curt::http {

/// Warns of what a trusted proxy sends and nobody can read: once of each header, since it comes with every
/// request, and one line tells the operator what to mend. Thread-safe; after the warning a call costs a
/// relaxed load.
class UnreadableHeaders {
 public:
  /// `hop` is the member of X-Forwarded-For that is no address: the visitor counts as the hop behind it.
  void warn_of_forwarded_for(std::string_view value, std::string_view hop, std::string_view proxy) noexcept;

  /// X-Request-Id is too long, or no visible ASCII: the request gets another id.
  void warn_of_request_id(std::string_view value, std::string_view proxy) noexcept;

 private:
  std::atomic<bool> warned_of_forwarded_for_{false};
  std::atomic<bool> warned_of_request_id_{false};
};

/// Those of the process.
[[nodiscard]] UnreadableHeaders& unreadable_headers() noexcept;

}  // namespace curt::http
