#include "curt/domain/error.hpp"

#include <stdexcept>
#include <utility>

#include <boost/throw_exception.hpp>
#include <fmt/format.h>

#include "curt/base/enum_names.hpp"

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
  using enum ErrorCode;
  static constexpr EnumNames<ErrorCode, last> kNames{{malformed_json, "malformed_json"},
                                                     {invalid_value, "invalid_value"},
                                                     {alias_taken, "alias_taken"},
                                                     {idempotency_key_reused, "idempotency_key_reused"},
                                                     {not_found, "not_found"},
                                                     {not_yet, "not_yet"},
                                                     {expired, "expired"},
                                                     {deleted, "deleted"},
                                                     {not_deleted, "not_deleted"},
                                                     {disabled, "disabled"},
                                                     {spent, "spent"},
                                                     {blocked, "blocked"},
                                                     {version_mismatch, "version_mismatch"},
                                                     {count_changed, "count_changed"},
                                                     {overloaded, "overloaded"},
                                                     {deadline_exceeded, "deadline_exceeded"},
                                                     {outcome_unknown, "outcome_unknown"},
                                                     {unavailable, "unavailable"},
                                                     {out_of_codes, "out_of_codes"}};
  return kNames[code];
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(fmt::format("{}: {}", name_of(error.code), error.detail)), where);
}

}  // namespace curt
