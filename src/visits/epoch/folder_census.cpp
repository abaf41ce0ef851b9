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

void count(const fs::path& folder, FolderCensus& census) {
  int error = 0;
  const File lock = File::try_open(folder / kLock, O_RDONLY | O_NOFOLLOW, error);
  if (error != 0) {
    ++census.strange;
  } else if (::flock(lock.descriptor(), LOCK_SH | LOCK_NB) != 0) {
    ++census.in_use;
  } else {
    ++census.left;
    census.left_bytes += bytes_in(folder);
  }
}

}  // namespace

FolderCensus count_folders(const fs::path& parent) {
  FolderCensus census;
  std::error_code error;
  for (fs::directory_iterator entry{parent, error}, end; !error && entry != end; entry.increment(error)) {
    if (EpochId::parse(entry->path().filename().string())) count(entry->path(), census);
  }
  return census;
}

}  // namespace curt::visits
