#include "curt/http/retry_after.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "curt/base/random.hpp"
#include "curt/http/response.hpp"

namespace curt::http {

unsigned spread_retry(unsigned at_least) noexcept {
  thread_local FastRandom random;
  const unsigned more = at_least * (kRetrySpread - 1);
  return at_least + static_cast<unsigned>(random.next() % (std::uint64_t{more} + 1));
}

void add_retry_after(unsigned at_least, Response& response) {
  const fmt::format_int seconds{spread_retry(at_least)};
  response.add_header("Retry-After", {seconds.data(), seconds.size()});
}

}  // namespace curt::http
