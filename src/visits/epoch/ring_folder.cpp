#include "visits/epoch/ring_folder.hpp"

#include <cstdint>
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

/// The number of the device that a folder is on; 0 if it is not there.
std::uint64_t device_of(const fs::path& folder) {
  struct stat status{};
  return ::stat(folder.c_str(), &status) == 0 ? status.st_dev : 0;
}

}  // namespace

result<File> make_ring_folder(const fs::path& folder, const fs::path& parent, EpochId id) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return file_error("make", folder, error.value());
  File lock = lock_ring_folder(folder);
  const std::string text =
      fmt::format("{} {}\n", device_of(parent), (fs::absolute(parent) / id.str()).string());
  auto home = File::open(folder / RingHome::kFile, O_WRONLY | O_CREAT | O_TRUNC);
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
  if (!(file >> home.device) || file.get() != ' ' || !std::getline(file, folder)) return std::nullopt;
  home.folder = folder;
  if (folder.empty() || home.folder.filename() != rings.filename()) return std::nullopt;
  return home;
}

bool RingHome::is_gone() const {
  const auto id = EpochId::parse(folder.filename().string());
  if (!id || is_there(folder.parent_path() / EpochFolder::unpublished_name(*id)) || is_there(folder))
    return false;
  // Another device there means that a volume is not mounted now.
  return device_of(nearest_existing(folder)) == device;
}

File lock_ring_folder(const fs::path& folder) noexcept {
  int error = 0;
  File lock = File::try_open(folder, O_RDONLY | O_DIRECTORY, error);
  if (error == 0 && ::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) lock.close();
  return lock;
}

MissingRings why_missing(const EpochMeta& meta, std::string_view boot_id, bool local) {
  if (meta.ring_folder.empty()) return MissingRings::lost;  // they lay beside the meta
  const bool restarted = !meta.boot_id.empty() && !boot_id.empty() && meta.boot_id != boot_id;
  return restarted && local ? MissingRings::lost : MissingRings::elsewhere;
}

}  // namespace curt::visits
