#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "curt/domain/link.hpp"

#include "support/store/link_store_contract.hpp"

namespace curt::test {

/// A link as a store has it, made at kNow.
inline Link stored(std::string_view code, std::string target, std::int64_t version = 1) {
  return {code_of(code),
          TargetUrl::from_stored(std::move(target)),
          std::nullopt,
          {},
          LinkSettings{},
          kNow,
          kNow,
          version,
          {}};
}

}  // namespace curt::test
