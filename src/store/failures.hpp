#pragma once

#include <exception>
#include <string>
#include <utility>

#include "curt/domain/error.hpp"

namespace curt::store {

// What every store answers when its database fails, in the same words. `log` is for the operator.

/// Nothing was done: the database cannot be reached, or refused the statement.
[[nodiscard]] Error store_unavailable(std::string log);

/// Nothing was done: the database answers, and takes no writes.
[[nodiscard]] Error store_takes_no_writes(std::string log);

/// Nothing was done within the deadline.
[[nodiscard]] Error store_overdue(std::string log);

/// The commit may have taken effect or not.
[[nodiscard]] Error commit_unconfirmed(std::string log);

/// The error for what a job threw; `error_of`, a function `Error(const std::exception&)`, knows the
/// exceptions of the database.
template <class ErrorOf>
Error error_of_thrown(const std::exception_ptr& thrown, const ErrorOf& error_of) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return error_of(e);
  } catch (...) {
    return store_unavailable("an exception of unknown type");
  }
}

}  // namespace curt::store
