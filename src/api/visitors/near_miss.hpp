#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "curt/domain/short_code.hpp"

namespace curt::api {

/// What the path of a short link means that came with more than its code.
struct NearMiss {
  ShortCode code;
  std::string_view text;    ///< the code as it stands in the path, still percent-encoded
  std::string query;        ///< of "/code&a=b", where the question mark is missing or percent-encoded: "a=b"
  bool is_preview = false;  ///< a "+" follows the code
};

/// The code in `path`, which is what follows the first slash, without the characters around it that
/// code_in_text() names, be they percent-encoded once or twice, and without what begins with "&", or with a
/// percent-encoded "?" or "#". Where the path ends in dots that a code may have, they are left with the code
/// as long as this leaves anything out, so that asking again for NearMiss::text gives the code without them.
/// Nothing where there is nothing to leave out, where what is left is no code, for the codes whose path
/// is one of the service's own, and where more than kLongestNearMiss bytes come before the query.
[[nodiscard]] std::optional<NearMiss> near_miss(std::string_view path);

/// The longest code has 192 bytes where each of its own 64 is percent-encoded; the others are for what
/// surrounds it. A longer path costs little more than any that leads nowhere.
inline constexpr std::size_t kLongestNearMiss = 512;

/// The path up to its first mark of a query that near_miss() knows, however long it is: a log has no queries.
/// A mark counts also where it begins the path and no code can stand before it.
[[nodiscard]] std::string_view before_query_in_path(std::string_view path) noexcept;

}  // namespace curt::api
