#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "curt/app/settings/settings.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// A folder whose content `curt serve` believes.
struct ServeFolder {
  enum class Kind : std::uint8_t {
    named,   ///< a setting names it; made if it is missing
    visits,  ///< in data_dir; made if it is missing, and listed
    linked,  ///< a symbolic link leads to a file in it; never made
  };

  std::filesystem::path path;
  std::string_view setting;  ///< its setting's name: "data_dir"
  Kind kind = Kind::named;
};

/// Each once: data_dir and the folder of visits in it, those of the SQLite file, ring_dir. Where the file is
/// a symbolic link, the folder of the link and the folder of the file that it leads to.
[[nodiscard]] std::vector<ServeFolder> serve_folders(const Settings& settings);

/// The folder of the folders of visits.
[[nodiscard]] std::filesystem::path visits_folder(const Settings& settings);

/// Those above them where others could put another folder in the place of one (folder_parents.hpp).
[[nodiscard]] std::vector<std::filesystem::path> open_parents_of(const std::vector<ServeFolder>& folders);

/// Makes those that are missing, for this user only, and looks at all of them (folder_trust.hpp): one that a
/// group may write to or a colleague owns is a warning, one that is not to be trusted an error, whose detail
/// is for the operator. Each of open_parents_of() is a warning. Then closes to other users what an earlier
/// release left open to them in the folders of visits.
[[nodiscard]] result<void> open_serve_folders(const Settings& settings);

}  // namespace curt::app
