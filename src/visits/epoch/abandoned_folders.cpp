#include "visits/epoch/abandoned_folders.hpp"

#include <optional>
#include <system_error>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::visits {

AbandonedFolders::AbandonedFolders(EpochPlace place, FaultPoint point)
    : place_(std::move(place)), point_(std::move(point)) {}

std::vector<EpochFolder> AbandonedFolders::adopt() {
  std::vector<EpochFolder> adopted;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{place_.parent, error}, end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (EpochFolder::parse_unpublished(name)) EpochFolder::sweep(entry->path());
    const auto id = EpochId::parse(name);
    if (!id || is_left(entry->path())) continue;
    std::optional<EpochFolder> folder;
    std::string why;
    try {
      const auto found = EpochFolder::adopt(entry->path(), *id, folder, why, point_);
      if (found == EpochFolder::Found::strange) complain(entry->path(), why);
    } catch (const std::filesystem::filesystem_error& failure) {
      note_unopened(entry->path(), failure.what());
    }
    if (folder) adopted.push_back(std::move(*folder));
  }
  return adopted;
}

bool AbandonedFolders::is_left(const std::filesystem::path& folder) {
  const auto left = left_.find(folder);
  std::error_code ignored;
  if (left == left_.end()) return false;
  if (!std::filesystem::exists(left->second, ignored)) return true;
  left_.erase(left);
  return false;
}

void AbandonedFolders::leave(EpochFolder folder, std::filesystem::path ring) {
  log_once("the rings of a visits folder are not here; leaving it to an instance that sees them",
           folder.path(), ring.string() + " is missing");
  left_.insert_or_assign(folder.path(), std::move(ring));
}

void AbandonedFolders::complain(const std::filesystem::path& folder, const std::string& why) {
  log_once("unexpected content in a visits folder; leaving it untouched", folder, why);
}

void AbandonedFolders::note_forgotten(const std::filesystem::path& folder) {
  log_once("a visits folder is older than what the database remembers; leaving it untouched", folder,
           "its visits may be counted already");
}

void AbandonedFolders::note_unopened(const std::filesystem::path& folder, const std::string& why) {
  log_once("cannot open a visits folder; trying again later", folder, why);
}

void AbandonedFolders::log_once(std::string_view message, const std::filesystem::path& folder,
                                const std::string& why) {
  if (!logged_.emplace(folder.string(), message).second) return;
  log::error(message, {{"folder", folder.string()}, {"error", why}});
}

}  // namespace curt::visits
