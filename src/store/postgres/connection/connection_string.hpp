#pragma once

#include <chrono>
#include <string>

#include "curt/domain/error.hpp"

namespace curt::store::postgres {

/// The most that connecting to a host may take, whatever the user's connection string says.
inline constexpr std::chrono::seconds kMostConnectTimeout{60};

/// The user's connection string with what it leaves open: the name of the application, the encoding, and
/// timeouts that notice a dead peer. A connect_timeout that is no bound, or above kMostConnectTimeout,
/// becomes that, as threads are joined that connect. The error, invalid_value, says what libpq says, without
/// what may be a part of a password.
[[nodiscard]] result<std::string> complete_connection_string(const std::string& url,
                                                             std::chrono::seconds connect_timeout,
                                                             const std::string& application_name = "curt");

/// A complete connection string with a shorter connect_timeout, if its own is longer.
[[nodiscard]] std::string with_connect_timeout_at_most(std::chrono::seconds most,
                                                       const std::string& complete);

}  // namespace curt::store::postgres
