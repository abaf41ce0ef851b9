#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <boost/system/result.hpp>

#include "curt/app/settings/settings.hpp"

namespace curt::app {

/// A setting as the file has it.
struct FileValue {
  std::string text;  ///< as it would be written in the environment; a list with commas between
  unsigned line;
};

using FileValues = std::map<std::string, FileValue, std::less<>>;  ///< by name of the setting

/// Reads a TOML file of settings. An error names the file and the line: a file that cannot be read, bad TOML,
/// a key that is no setting, a value of a type that no setting has.
[[nodiscard]] boost::system::result<FileValues, SettingsError> read_settings_file(
    const std::filesystem::path& path);

}  // namespace curt::app
