#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace curt {

/// Every way in which a request to the domain can fail. A new one needs a name in error.cpp and a status in
/// src/api/problems.cpp; the compiler asks for both.
enum class ErrorCode {
  malformed_json,  ///< the body is not the JSON that is expected
  invalid_value,   ///< input of the right shape with a value that is refused; Error::fields says which
  alias_taken,     ///< the wished alias belongs to another link
  idempotency_key_reused,  ///< the Idempotency-Key was used with another body
  not_found,               ///< no link ever had this code
  not_yet,                 ///< the link exists, but its not_before lies ahead
  expired,                 ///< its expires_at has passed
  deleted,                 ///< its code is kept as a tombstone
  not_deleted,             ///< there is nothing to restore, since the link is there
  disabled,                ///< switched off by its owner
  spent,                   ///< its max_visits are used up
  blocked,                 ///< its target's host is on the blocklist
  version_mismatch,        ///< If-Match names another version than the stored one
  count_changed,           ///< another number of links than was confirmed would be changed; none was
  overloaded,              ///< a bounded queue is full; nothing was done
  deadline_exceeded,       ///< the caller's deadline passed before the work began; nothing was done
  outcome_unknown,         ///< the deadline passed while a write was being committed
  unavailable,             ///< a dependency failed; nothing was done
  out_of_codes,            ///< every generated code was taken
  last = out_of_codes,
};

/// A problem with one field of the input, in words for the client.
struct FieldError {
  std::string field;    ///< name as the client wrote it, such as "url"
  std::string message;  ///< what is wrong, without the field's name
};

/// A failure as a value. `detail` is for the client; `log` is for the operator and never leaves the process.
struct Error {
  ErrorCode code{};
  std::string detail{};
  std::string log{};
  std::vector<FieldError> fields{};  ///< what an invalid_value blames; see invalid_fields()
};

/// What a log line says of it: `log`, or `detail` where there is none.
[[nodiscard]] inline const std::string& log_text(const Error& error) noexcept {
  return error.log.empty() ? error.detail : error.log;
}

/// The outcome of everything that is expected to fail now and then.
template <class T>
using result = boost::system::result<T, Error>;

/// Makes an invalid_value error about one field.
[[nodiscard]] Error invalid_field(std::string field, std::string message);

/// Makes an invalid_value error of everything that is wrong; `fields` must not be empty.
[[nodiscard]] Error invalid_fields(std::vector<FieldError> fields);

/// Stable snake_case name of a code, as clients see it; "unknown" for a number that is no ErrorCode.
[[nodiscard]] std::string_view name_of(ErrorCode code) noexcept;

/// Called by `result<T>::value()` on an error; throws std::runtime_error with the code's name and detail.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace curt
