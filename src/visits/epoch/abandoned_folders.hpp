#pragma once

#include <filesystem>
#include <map>
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

  /// Unlocks a folder that another host or container may have a ring of; adopt() leaves it alone until the
  /// ring is there. Logs that, the first time.
  void leave(EpochFolder folder, std::filesystem::path ring);

  /// Logs that a folder has unexpected content, the first time.
  void complain(const std::filesystem::path& folder, const std::string& why);

  /// Logs, the first time, that nobody can tell whether the visits of a folder are counted.
  void note_forgotten(const std::filesystem::path& folder);

  /// Logs that a folder cannot be opened now, the first time; the next adopt() tries it again.
  void note_unopened(const std::filesystem::path& folder, const std::string& why);

 private:
  [[nodiscard]] bool is_left(const std::filesystem::path& folder);
  void log_once(std::string_view message, const std::filesystem::path& folder, const std::string& why);

  EpochPlace place_;
  FaultPoint point_;
  std::map<std::filesystem::path, std::filesystem::path> left_;  ///< folders, and the ring of each
  std::set<std::pair<std::string, std::string>> logged_;         ///< folders, and what was said of them
};

}  // namespace curt::visits
