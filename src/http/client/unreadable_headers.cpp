#include "http/client/unreadable_headers.hpp"

#include "curt/base/logging.hpp"

namespace curt::http {
namespace {

/// Enough to see what it is; the log escapes what a terminal would obey.
constexpr std::size_t kShown = 256;

bool is_first(std::atomic<bool>& warned) noexcept {
  // The load spares the threads an exchange for each request.
  return !warned.load(std::memory_order_relaxed) && !warned.exchange(true, std::memory_order_relaxed);
}

}  // namespace

void UnreadableHeaders::warn_of_forwarded_for(std::string_view value, std::string_view hop,
                                              std::string_view proxy) noexcept {
  if (!is_first(warned_of_forwarded_for_)) return;
  log::warn(
      "a trusted proxy sends an X-Forwarded-For with what is no address; its visitors count as one client "
      "(this is said once)",
      {{"proxy", proxy},
       {"unreadable", hop.substr(0, kShown)},
       {"x_forwarded_for", value.substr(0, kShown)}});
}

void UnreadableHeaders::warn_of_request_id(std::string_view value, std::string_view proxy) noexcept {
  if (!is_first(warned_of_request_id_)) return;
  log::warn(
      "a trusted proxy sends an X-Request-Id that cannot be used; the request has another (this is said "
      "once)",
      {{"proxy", proxy}, {"x_request_id", value.substr(0, kShown)}});
}

UnreadableHeaders& unreadable_headers() noexcept {
  static UnreadableHeaders instance;
  return instance;
}

}  // namespace curt::http
