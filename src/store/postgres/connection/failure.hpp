#pragma once

#include <exception>
#include <string>
#include <utility>

#include "curt/domain/error.hpp"

namespace curt::store::postgres {

/// What a failure means for the connection and for the caller.
enum class Failure {
  broken,     ///< the connection cannot be used any more, and the statement may have taken effect or not
  useless,    ///< the statement did nothing; the connection is of no use either
  read_only,  ///< the statement did nothing, as the server is a standby or was made read-only
  conflict,   ///< another transaction stood in the way; the same work may go well the next time
  overdue,    ///< the server gave up at its timeout
  bad_value,  ///< text or a number that the database cannot hold
  other,      ///< the server refused the statement
};

/// Thrown where the caller has been told already that its deadline passed, so that nothing may be kept.
class TooLate final : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the caller waits no longer"; }
};

[[nodiscard]] Failure kind_of(const std::exception& exception) noexcept;

/// The message of the server or of libpq on one line, which names no password.
[[nodiscard]] std::string text_of(const std::exception& exception);

/// Whether a write may have been committed when its connection broke.
enum class Commit { not_begun, begun };

/// The error for the caller of the work that threw this.
[[nodiscard]] Error error_of(const std::exception_ptr& exception, Commit commit);

/// For a caller whose deadline passed while the server was working.
[[nodiscard]] Error not_answered_in_time(Commit commit);

/// For a caller who is answered before its deadline, since the server does not answer anybody.
[[nodiscard]] Error gave_up_waiting(Commit commit);

}  // namespace curt::store::postgres
