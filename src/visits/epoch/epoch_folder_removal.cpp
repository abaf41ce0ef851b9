#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>

#include "curt/visits/epoch/epoch_folder.hpp"

#include "visits/epoch/epoch_folder_files.hpp"
#include "visits/epoch/ring_folder.hpp"
#include "visits/spool/file.hpp"

// How a folder goes: in an order which the next process can finish.

namespace curt::visits {

namespace fs = std::filesystem;

void EpochFolder::sweep(const fs::path& path) {
  std::error_code ignored;
  const auto lock = Lock::take(path, 0);
  if (!lock) {
    // Removes the folder if it is empty; a process that was about to lock it tries again.
    if (!is_there(path / kLock)) fs::remove(path, ignored);
    return;
  }
  clear_unpublished(path);
}

void EpochFolder::clear_unpublished(const fs::path& path) {
  std::error_code ignored;
  EpochFolder folder{path, {}, nullptr, {}};
  if (folder.read_meta(kMeta)) folder.remove_rings();
  fs::remove(path / kMeta, ignored);
  fs::remove(path / kLock, ignored);
  fs::remove(path, ignored);
}

void EpochFolder::remove_rings() const {
  std::error_code ignored;
  for (std::size_t i = 0; i < meta_.rings; ++i) fs::remove(ring(i), ignored);
  if (meta_.ring_folder.empty()) return;
  fs::remove(path_ / kDrained, ignored);
  fs::remove(meta_.ring_folder / RingHome::kFile, ignored);
  fs::remove(meta_.ring_folder, ignored);
}

result<void> EpochFolder::remove() {
  try {
    return is_there(path_) ? remove_in_order() : result<void>{};
  } catch (const fs::filesystem_error& failure) {
    return file_error("remove", path_, failure.code().value());
  }
}

result<void> EpochFolder::remove_in_order() {
  std::error_code error;
  if (is_there(path_ / kMeta)) {
    fs::rename(path_ / kMeta, path_ / kRemoved, error);
    if (error) return file_error("rename", path_ / kMeta, error.value());
  }
  reach(point_, "folder: rings are to be removed");
  remove_rings();
  reach(point_, "folder: spool is to be removed");
  if (is_there(spool())) {
    fs::path unreadable;
    for (const auto& entry : fs::directory_iterator{spool()}) {
      const fs::path extension = entry.path().extension();
      if (extension == ".unreadable") unreadable = entry.path();
      const bool ours =
          extension == ".counts" || extension == ".details" || entry.path().filename() == "state";
      if (ours) fs::remove(entry.path(), error);
    }
    if (!unreadable.empty()) {
      return Error{ErrorCode::unavailable, "visits are left on the disk",
                   fmt::format("the disk could not read {}; look into it, then remove the folder by hand",
                               unreadable.string())};
    }
    fs::remove(spool(), error);
    if (error) return file_error("remove", spool(), error.value());
  }
  reach(point_, "folder: meta is to be removed");
  if (count_entries(path_) > (is_there(path_ / kRemoved) ? 2U : 1U)) {
    return file_error("remove what is strange in", path_, ENOTEMPTY);
  }
  fs::remove(path_ / kRemoved, error);
  reach(point_, "folder: lock is to be removed");
  fs::remove(path_ / kLock, error);
  reach(point_, "folder: to be removed");
  fs::remove(path_, error);
  if (error) return file_error("remove", path_, error.value());
  return {};
}

}  // namespace curt::visits
