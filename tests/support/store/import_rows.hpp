#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "curt/links/link_store.hpp"

namespace curt::test {

/// The rows as a store takes them.
[[nodiscard]] inline links::ImportRows shared(std::vector<links::ImportRow> rows) {
  return std::make_shared<const std::vector<links::ImportRow>>(std::move(rows));
}

}  // namespace curt::test
