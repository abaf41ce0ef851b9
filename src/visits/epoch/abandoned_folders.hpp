#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "curt/visits/epoch/epoch_folder.hpp"

namespace curt::visits {

/// Looks for folders of epochs whose process has ended. What is strange is logged once and left alone; names
/// that are none of an epoch are no concern of it. For one thread.
class AbandonedFolders {
 public:
  explicit AbandonedFolders(EpochPlace place, FaultPoint point = {});

  /// Locks those that nobody has now, and clears away what is left of removals that were cut short.
  [[nodiscard]] std::vector<EpochFolder> adopt();

  /// Logs what is wrong with a folder, the first time.
  void complain(const std::filesystem::path& folder, const std::string& why);

 private:
  EpochPlace place_;
  FaultPoint point_;
  std::set<std::string> complained_;
};

}  // namespace curt::visits
