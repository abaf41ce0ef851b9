#pragma once

namespace curt::http {

class Response;

/// In how many seconds a client may try again: `at_least`, up to kRetrySpread times as many. By chance, so
/// that clients that were refused together do not come again together. On any thread.
[[nodiscard]] unsigned spread_retry(unsigned at_least) noexcept;

inline constexpr unsigned kRetrySpread = 3;

/// Adds the header Retry-After (RFC 9110, section 10.2.3) with spread_retry().
void add_retry_after(unsigned at_least, Response& response);

}  // namespace curt::http
