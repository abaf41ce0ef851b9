#pragma once

#include <vector>

#include "curt/domain/error.hpp"

namespace curt::test {

/// Every ErrorCode that has a name. The compiler refuses the table of names where one up to the last has
/// none, and warns of one without a status in src/api/problems.cpp.
[[nodiscard]] inline std::vector<ErrorCode> all_error_codes() {
  std::vector<ErrorCode> codes;
  for (int i = 0; name_of(static_cast<ErrorCode>(i)) != "unknown"; ++i) {
    codes.push_back(static_cast<ErrorCode>(i));
  }
  return codes;
}

}  // namespace curt::test
