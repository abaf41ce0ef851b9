#pragma once

#include <string>

#include "curt/app/settings/settings.hpp"

namespace curt::app {

/// How the first key is made: one command, complete, which works on the database of these settings in any
/// folder. Where that needs a URL with a password from the environment or a flag, it is not shown but named.
[[nodiscard]] std::string way_to_first_key(const Settings& settings);

}  // namespace curt::app
