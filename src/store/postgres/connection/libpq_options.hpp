#pragma once

#include <memory>
#include <string>

#include <libpq-fe.h>

#include "curt/domain/error.hpp"

namespace curt::store::postgres {

/// What a connection string says, as libpq reads it: an array that ends with a null keyword.
using LibpqOptions = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

/// Reads a connection string. The error, invalid_value, has libpq's reason as its detail, such as `invalid
/// URI query parameter: "schema"`. What libpq quotes of the string is replaced by *** where it could be a
/// part of a password, as a character of it that was not percent-encoded may have ended it early.
[[nodiscard]] result<LibpqOptions> parse_connection_string(const std::string& connection_string);

/// What libpq takes where a connection string says nothing; null where there is no memory.
[[nodiscard]] LibpqOptions usual_options();

}  // namespace curt::store::postgres
