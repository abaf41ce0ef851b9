#include "curt/domain/error.hpp"

#include <stdexcept>
#include <utility>

#include <boost/throw_exception.hpp>
#include <fmt/format.h>

namespace curt {

Error invalid_field(std::string field, std::string message) {
  return invalid_fields({{std::move(field), std::move(message)}});
}

Error invalid_fields(std::vector<FieldError> fields) {
  Error error;
  error.code = ErrorCode::invalid_value;
  error.detail = fmt::format("{} {}", fields.front().field, fields.front().message);
  if (fields.size() > 1) error.detail += fmt::format(" (and {} more)", fields.size() - 1);
  error.fields = std::move(fields);
  return error;
}

std::string_view name_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::malformed_json:
      return "malformed_json";
    case ErrorCode::invalid_value:
      return "invalid_value";
    case ErrorCode::alias_taken:
      return "alias_taken";
    case ErrorCode::idempotency_key_reused:
      return "idempotency_key_reused";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::not_yet:
      return "not_yet";
    case ErrorCode::expired:
      return "expired";
    case ErrorCode::deleted:
      return "deleted";
    case ErrorCode::disabled:
      return "disabled";
    case ErrorCode::spent:
      return "spent";
    case ErrorCode::version_mismatch:
      return "version_mismatch";
    case ErrorCode::overloaded:
      return "overloaded";
    case ErrorCode::deadline_exceeded:
      return "deadline_exceeded";
    case ErrorCode::outcome_unknown:
      return "outcome_unknown";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::out_of_codes:
      return "out_of_codes";
  }
  return "unknown";
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(fmt::format("{}: {}", name_of(error.code), error.detail)), where);
}

}  // namespace curt
