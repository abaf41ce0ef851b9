#include "curt/store/sqlite/open_elsewhere.hpp"

#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace curt::store {
namespace {

/// The byte of the shared memory's file on which each connection holds a lock while it is open
/// (https://sqlite.org/walformat.html, section 2.3.2).
constexpr off_t kDeadManSwitch = 128;

}  // namespace

bool is_open_elsewhere(const std::filesystem::path& database) {
  std::error_code missing;
  // SQLite has its files beside the one that a symbolic link leads to.
  const std::string memory = std::filesystem::canonical(database, missing).string() + "-shm";
  if (missing) return false;
  const int descriptor = ::open(memory.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return false;
  // Asking takes no lock.
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kDeadManSwitch;
  lock.l_len = 1;
  const bool held = ::fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(descriptor);
  return held;
}

}  // namespace curt::store
