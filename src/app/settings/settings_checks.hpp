#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "curt/app/settings/settings.hpp"

#include "app/settings/settings_lookup.hpp"

namespace curt::app {

/// All that is wrong with values that are right each for itself, for this command. What would be said of a
/// setting in `wrong` is left out: its value is not the one that was given.
[[nodiscard]] std::vector<std::string> check_together(Command command, const Settings& settings,
                                                      const SettingsLookup& lookup,
                                                      const std::set<std::string_view>& wrong);

}  // namespace curt::app
