#pragma once

#include <filesystem>

#include "curt/app/settings/settings.hpp"

#include "app/doctor/finding.hpp"
#include "app/folders/folder_trust.hpp"
#include "app/instance/serve_folders.hpp"

namespace curt::app {

/// What decides whether a folder can be used.
struct FolderView {
  FolderFacts facts;
  FileUser user;
  std::filesystem::path nearest;  ///< the folder itself, or the nearest above it that is there
  int error = 0;                  ///< errno of faccessat(2) for what `user` has to do in `nearest`; 0: he may
};

/// Looks, as the effective user.
[[nodiscard]] FolderView view_folder(const ServeFolder& folder);

/// Whether a folder can be used, as `curt serve` judges.
void judge_folder(const ServeFolder& folder, const FolderView& view, Findings& findings);

/// The folders of `curt serve`, those above them, and what is open to other users in them.
void check_folders(const Settings& settings, Findings& findings);

}  // namespace curt::app
