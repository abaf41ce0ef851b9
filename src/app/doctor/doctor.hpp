#pragma once

#include <chrono>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/check_up.hpp"

namespace curt::app {

/// Looks at everything that the settings of `curt serve` name, at once, and changes nothing. Takes `limit` at
/// most, whatever hangs.
[[nodiscard]] CheckUp examine(const SettingsReading& reading, std::chrono::milliseconds limit);

}  // namespace curt::app
