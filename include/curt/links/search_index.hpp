#pragma once

#include <cstddef>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/domain/error.hpp"

namespace curt::links {

/// What one step of filling has done.
struct SearchFilled {
  std::size_t links = 0;  ///< that were gone through
  bool is_whole = true;   ///< nothing is left that was there when the step began
  bool had_turn = true;   ///< no other process was at it
};

/// What a store keeps so that searches need not read every link. Links that are not in it yet are found all
/// the same, more slowly.
class SearchIndex {
 public:
  virtual ~SearchIndex() = default;

  /// Takes in some links that are not in it: some hundred milliseconds of work. overloaded,
  /// deadline_exceeded, unavailable; then the step is to be made again.
  virtual awaitable<result<SearchFilled>> fill(Call& call) = 0;
};

}  // namespace curt::links
