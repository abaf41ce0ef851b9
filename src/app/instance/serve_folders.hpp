#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "curt/app/settings/settings.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// A folder whose content `curt serve` believes.
struct ServeFolder {
  std::filesystem::path path;
  std::string_view setting;  ///< that names it: "data_dir"
};

/// Those that the settings name, each once: data_dir, the SQLite file's, ring_dir.
[[nodiscard]] std::vector<ServeFolder> serve_folders(const Settings& settings);

/// The folder of the folders of visits.
[[nodiscard]] std::filesystem::path visits_folder(const Settings& settings);

/// Makes those that are missing, for this user only, and looks at all of them (folder_trust.hpp): one that a
/// group may write to is a warning, one that is not to be trusted an error, whose detail is for the operator.
/// Then closes to other users what an earlier release left open to them in the folders of visits.
[[nodiscard]] result<void> open_serve_folders(const Settings& settings);

}  // namespace curt::app
