#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

namespace curt::limits {

/// How many requests a client may send in a time. A whole quota may be spent at once; it comes back evenly
/// over the time.
struct Quota {
  static constexpr std::uint32_t kMostRequests = 1'000'000;
  static constexpr std::uint32_t kMostPerSecond = 100'000;
  static constexpr std::chrono::seconds kLongestWindow{std::chrono::hours{24}};

  std::uint32_t requests = 0;  ///< 0: no limit
  std::chrono::seconds window{0};

  [[nodiscard]] bool is_off() const noexcept { return requests == 0; }

  friend bool operator==(const Quota&, const Quota&) = default;
};

/// Reads "60/1m", "1000/1h", "20/1s" and "0" for no limit. The error's detail says what is wrong, as the end
/// of a sentence that begins with the text.
[[nodiscard]] result<Quota> parse_quota(std::string_view text);

/// Writes it so that parse_quota() gives it back.
[[nodiscard]] std::string to_string(const Quota& quota);

}  // namespace curt::limits
