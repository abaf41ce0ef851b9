#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "curt/app/settings/settings.hpp"

namespace curt::app {

/// A setting as the file has it.
struct FileValue {
  std::string text;  ///< as it would be written in the environment; a list with commas between
  unsigned line;
};

using FileValues = std::map<std::string, FileValue, std::less<>>;  ///< by name of the setting

/// What a file that can be read has in it.
struct FileReading {
  FileValues values;
  std::vector<SettingsError> errors;  ///< by line: a key that is no setting, a value of a type that none has
};

/// Reads a TOML file of settings. Each error names the file and, where there is one, the line. Fails for a
/// file that cannot be read, and for bad TOML.
[[nodiscard]] boost::system::result<FileReading, SettingsError> read_settings_file(
    const std::filesystem::path& path);

}  // namespace curt::app
