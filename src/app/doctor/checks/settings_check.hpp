#pragma once

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// Whether the settings can be read, where they come from, and which of them make no sense together.
void check_settings(const SettingsReading& reading, Findings& findings);

}  // namespace curt::app
