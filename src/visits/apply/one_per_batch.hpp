#pragma once

#include <cstddef>
#include <vector>

#include "curt/domain/error.hpp"

namespace curt::visits {

/// The store's answers to a question about batches, if there is one per batch; else an error, since it is not
/// known which answer belongs to which batch.
template <class Answer>
[[nodiscard]] result<std::vector<Answer>> one_per_batch(result<std::vector<Answer>> answers,
                                                        std::size_t batches) {
  if (answers && answers->size() != batches) {
    return Error{ErrorCode::unavailable, {}, "the store answered for another number of batches"};
  }
  return answers;
}

}  // namespace curt::visits
