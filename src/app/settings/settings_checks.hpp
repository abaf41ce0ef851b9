#pragma once

#include <optional>
#include <string>

#include "curt/app/settings/settings.hpp"

#include "app/settings/settings_lookup.hpp"

namespace curt::app {

/// What is wrong with values that are right each for itself, for this command; nothing if they go together.
[[nodiscard]] std::optional<std::string> check_together(Command command, const Settings& settings,
                                                        const SettingsLookup& lookup);

}  // namespace curt::app
