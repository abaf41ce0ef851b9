#pragma once

#include "curt/app/settings/settings.hpp"
#include "curt/base/timestamp.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// Whether the files of blocked and allowed hosts can be read, what they hold, and how old they are at `now`.
void check_lists(const Settings& settings, Timestamp now, Findings& findings);

}  // namespace curt::app
