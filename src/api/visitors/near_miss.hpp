#pragma once

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
/// Nothing where there is nothing to leave out, where what is left is no code, and for the codes whose path
/// is one of the service's own.
[[nodiscard]] std::optional<NearMiss> near_miss(std::string_view path);

}  // namespace curt::api
