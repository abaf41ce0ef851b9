#pragma once

#include <exception>

#include "curt/domain/error.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// Runs `work`, a function `result<T>()`, in a transaction that is committed if it goes well, and runs it
/// again where another transaction stood in its way, such as in a deadlock.
template <class T, class Work>
result<T> in_transaction(Connection& db, const Work& work) {
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      Transaction transaction{db};
      result<T> outcome = work();
      if (outcome) transaction.commit();
      return outcome;
    } catch (const std::exception& e) {
      const bool again = kind_of(e) == Failure::conflict && !db.is_broken() && !db.deadline().passed();
      if (!again || attempt == kAttempts) throw;
    }
  }
}

}  // namespace curt::store::postgres
