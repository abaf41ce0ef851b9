#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/visits/epoch/epoch_folder.hpp"

namespace curt::visits {

/// Looks for folders of epochs whose process has ended. A folder with unexpected content is logged once and
/// left untouched. Entries whose name is not an epoch id are ignored. For one thread.
class AbandonedFolders {
 public:
  explicit AbandonedFolders(EpochPlace place, FaultPoint point = {});

  /// Locks those that no process has now, and clears away what is left of removals that were cut short.
  [[nodiscard]] std::vector<EpochFolder> adopt();

  /// Logs that a folder has unexpected content, the first time.
  void complain(const std::filesystem::path& folder, const std::string& why);

  /// Logs that a folder cannot be opened now, the first time; the next adopt() tries it again.
  void note_unopened(const std::filesystem::path& folder, const std::string& why);

 private:
  void log_once(std::string_view message, const std::filesystem::path& folder, const std::string& why);

  EpochPlace place_;
  FaultPoint point_;
  std::set<std::pair<std::string, std::string>> logged_;  ///< folders, and what was said of them
};

}  // namespace curt::visits
