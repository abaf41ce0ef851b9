#include "curt/store/sqlite/open_elsewhere.hpp"

#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace curt::store {
namespace {

/// The byte of the shared memory's file on which each connection holds a shared lock while it is open:
/// UNIX_SHM_DMS in SQLite's os_unix.c, ever since SQLite has had a write-ahead log.
constexpr off_t kHeldByEachConnection = 128;

}  // namespace

bool is_open_elsewhere(const std::filesystem::path& database) {
  std::error_code missing;
  // SQLite has its files beside the one that a symbolic link leads to.
  const std::string memory = std::filesystem::canonical(database, missing).string() + "-shm";
  if (missing) return false;
  const int descriptor = ::open(memory.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kHeldByEachConnection;
  lock.l_len = 1;
  const bool held = ::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(descriptor);
  return held;
}

}  // namespace curt::store
