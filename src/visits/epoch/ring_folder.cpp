#include "visits/epoch/ring_folder.hpp"

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "curt/base/machine.hpp"

#include "visits/epoch/epoch_folder_files.hpp"

namespace curt::visits {
namespace {

namespace fs = std::filesystem;

/// What stat(2) tells of a folder; errno, or 0.
int look_at(const fs::path& folder, struct stat& status) {
  return ::stat(folder.c_str(), &status) == 0 ? 0 : errno;
}

}  // namespace

result<File> make_ring_folder(const fs::path& folder, const fs::path& parent, EpochId id) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return file_error("make", folder, error.value());
  File lock = lock_ring_folder(folder);
  if (!lock.is_open()) return file_error("lock", folder, EWOULDBLOCK);
  struct stat made_in{};
  if (const int failed = look_at(parent, made_in)) return file_error("look at", parent, failed);
  const std::string text = fmt::format("{} {} {} {}\n", made_in.st_dev, made_in.st_ino, mount_namespace(),
                                       (fs::absolute(parent) / id.str()).string());
  auto home = File::open(folder / RingHome::kFile, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (!home) return home.error();
  if (const int failed = home->write(text.data(), text.size(), 0)) {
    return file_error("write", folder / RingHome::kFile, failed);
  }
  return lock;
}

std::optional<RingHome> RingHome::read(const fs::path& rings) {
  std::ifstream file{rings / kFile};
  RingHome home;
  std::string folder;
  const bool begins = file >> home.device >> home.inode >> home.mount_namespace && file.get() == ' ';
  if (!begins || !std::getline(file, folder)) return std::nullopt;
  home.folder = folder;
  if (folder.empty() || home.folder.filename() != rings.filename()) return std::nullopt;
  return home;
}

bool RingHome::is_gone() const {
  const auto id = EpochId::parse(folder.filename().string());
  if (!id || mount_namespace != curt::mount_namespace()) return false;  // the path may mean another folder
  const fs::path parent = folder.parent_path();
  struct stat status{};
  const int error = look_at(parent, status);
  if (error == 0) {
    const bool same = status.st_dev == device && status.st_ino == inode;
    return same && !is_there(parent / EpochFolder::unpublished_name(*id)) && !is_there(folder);
  }
  // Another device there means that a volume is not mounted now.
  return (error == ENOENT || error == ENOTDIR) && look_at(nearest_existing(parent), status) == 0 &&
         status.st_dev == device;
}

File lock_ring_folder(const fs::path& folder) noexcept {
  int error = 0;
  File lock = File::try_open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, error);
  if (error == 0 && ::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) lock.close();
  return lock;
}

MissingRings why_missing(const EpochMeta& meta, std::string_view boot_id, bool local) {
  if (meta.ring_folder.empty()) return MissingRings::lost;  // they lay beside the meta
  const bool restarted = !meta.boot_id.empty() && !boot_id.empty() && meta.boot_id != boot_id;
  return restarted && local ? MissingRings::lost : MissingRings::elsewhere;
}

}  // namespace curt::visits
