#pragma once

#include <cstddef>

namespace curt::http {

/// What a request may be at most, in bytes.
inline constexpr std::size_t kMaxHead = 16 * 1024;   ///< request line and headers together
inline constexpr std::size_t kMaxTarget = 8 * 1024;  ///< the target in the request line
inline constexpr std::size_t kMaxBody = 64 * 1024;

}  // namespace curt::http
