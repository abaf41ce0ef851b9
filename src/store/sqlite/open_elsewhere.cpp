#include "curt/store/sqlite/open_elsewhere.hpp"

#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace curt::store {
namespace {

/// The byte of the shared memory's file on which each connection holds a lock while it is open
/// (https://sqlite.org/walformat.html, section 2.3.2).
constexpr off_t kDeadManSwitch = 128;

}  // namespace

OpenElsewhere::OpenElsewhere(const std::filesystem::path& database) {
  std::error_code missing;
  // SQLite has its files beside the one that a symbolic link leads to.
  const std::string memory = std::filesystem::canonical(database, missing).string() + "-shm";
  if (!missing) memory_ = ::open(memory.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

OpenElsewhere::~OpenElsewhere() {
  if (memory_ >= 0) ::close(memory_);
}

bool OpenElsewhere::now() const noexcept {
  // Asking takes no lock, and this process's own are not told of.
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kDeadManSwitch;
  lock.l_len = 1;
  return memory_ >= 0 && ::fcntl(memory_, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool is_open_elsewhere(const std::filesystem::path& database) { return OpenElsewhere{database}.now(); }

}  // namespace curt::store
