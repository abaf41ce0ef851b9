#include "curt/visits/epoch/folder_census.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>

#include "curt/visits/batch/epoch_id.hpp"

#include "visits/epoch/epoch_folder_files.hpp"

namespace curt::visits {
namespace {

namespace fs = std::filesystem;

/// What all files below take.
std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry{folder, error}, end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::uintmax_t size = entry->file_size(ignored);
    if (!ignored) bytes += size;
  }
  return bytes;
}

/// Whether another process holds the lock.
bool is_locked(const File& lock) { return ::flock(lock.descriptor(), LOCK_SH | LOCK_NB) != 0; }

void count(const fs::path& folder, FolderCensus& census) {
  int error = 0;
  File lock = File::try_open(folder / kLock, O_RDONLY | O_NOFOLLOW, error);
  if (error != 0) {
    ++census.strange;
  } else if (is_locked(lock)) {
    ++census.in_use;
  } else {
    lock.close();  // an instance that wants the folder now would take it for one in use
    ++census.left;
    census.left_bytes += bytes_in(folder);
  }
}

/// Whether a process has the epoch's folder, or the folder of its rings, which is locked itself.
bool is_in_use(const fs::path& folder) {
  int error = 0;
  File lock = File::try_open(folder / kLock, O_RDONLY | O_NOFOLLOW, error);
  if (error == ENOENT) lock = File::try_open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, error);
  return error == 0 && is_locked(lock);
}

}  // namespace

FolderCensus count_folders(const fs::path& parent) {
  FolderCensus census;
  std::error_code error;
  for (fs::directory_iterator entry{parent, error}, end; !error && entry != end; entry.increment(error)) {
    if (EpochId::parse(entry->path().filename().string())) count(entry->path(), census);
  }
  if (error != std::errc::no_such_file_or_directory) census.error = error;
  return census;
}

std::uint64_t bytes_of_rings_in_use(const fs::path& parent) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::directory_iterator entry{parent, error}, end; !error && entry != end; entry.increment(error)) {
    const fs::path& folder = entry->path();
    if (!EpochId::parse(folder.filename().string()) || !is_in_use(folder)) continue;
    std::error_code ignored;
    for (fs::directory_iterator file{folder, ignored}; !ignored && file != end; file.increment(ignored)) {
      if (!file->path().filename().string().starts_with("ring-")) continue;
      const std::uintmax_t size = file->file_size(ignored);
      if (!ignored) bytes += size;
    }
  }
  return bytes;
}

}  // namespace curt::visits
