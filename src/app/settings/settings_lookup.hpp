#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "curt/app/settings/settings.hpp"

#include "app/settings/settings_file.hpp"
#include "app/settings/settings_table.hpp"

namespace curt::app {

/// The value of a variable; nothing where it is not set or empty, as it is when compose files pass on what is
/// not set.
[[nodiscard]] const std::string* find_variable(const Environment& environment, std::string_view name);

/// Where the value of a setting comes from.
struct Origin {
  std::string_view text;
  std::string where;  ///< "--listen", "CURT_LISTEN", "config/curt.toml:3: listen"
  ValueSource source = ValueSource::table;

  [[nodiscard]] bool is_given() const noexcept { return source != ValueSource::table; }
};

/// Looks a setting up in the sources, the strongest first.
class SettingsLookup {
 public:
  /// `file` is the one with the values; all but its name outlives the lookup.
  SettingsLookup(const SettingsSources& sources, const std::filesystem::path& file, const FileValues& values)
      : sources_(sources), file_name_(file.string()), values_(values) {}

  [[nodiscard]] Origin origin(const Setting& setting) const;

 private:
  const SettingsSources& sources_;
  std::string file_name_;
  const FileValues& values_;
};

}  // namespace curt::app
