#pragma once

#include <chrono>
#include <string>

#include "curt/domain/error.hpp"

namespace curt::store::postgres {

/// The user's connection string with what it leaves open: the name of the application, the encoding, and
/// timeouts that notice a dead peer. The error, invalid_value for "database_url", does not repeat it: there
/// may be a password in it.
[[nodiscard]] result<std::string> complete_connection_string(const std::string& url,
                                                             std::chrono::seconds connect_timeout);

}  // namespace curt::store::postgres
