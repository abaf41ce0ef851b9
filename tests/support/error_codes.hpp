#pragma once

#include <vector>

#include "curt/domain/error.hpp"

namespace curt::test {

/// Every ErrorCode.
[[nodiscard]] inline std::vector<ErrorCode> all_error_codes() {
  std::vector<ErrorCode> codes;
  for (int i = 0; i <= static_cast<int>(ErrorCode::last); ++i) {
    codes.push_back(static_cast<ErrorCode>(i));
  }
  return codes;
}

}  // namespace curt::test
