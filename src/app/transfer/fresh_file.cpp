#include "app/transfer/fresh_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace curt::app {
namespace {

Error last_error() { return {ErrorCode::unavailable, std::generic_category().message(errno)}; }

bool is_own_file(const std::filesystem::path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
         status.st_nlink == 1;
}

}  // namespace

result<void> FreshFile::create(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return open(path, O_CREAT | O_EXCL | O_NOFOLLOW);
  // In a folder that we may not write to, a file can be there for us.
  Error why = last_error();
  if (!is_own_file(path)) return why;
  return open(path, O_TRUNC | O_NOFOLLOW);
}

result<void> FreshFile::open_special(const std::filesystem::path& path) { return open(path, O_APPEND); }

result<void> FreshFile::open(const std::filesystem::path& path, int flags) {
  constexpr mode_t kOwnerOnly = 0600;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, kOwnerOnly);
  if (descriptor < 0) return last_error();
  buffer_ = __gnu_cxx::stdio_filebuf<char>{descriptor, std::ios::out | std::ios::binary};
  return {};
}

result<void> FreshFile::sync() {
  if (::fsync(buffer_.fd()) != 0) return last_error();
  return {};
}

void sync_folder_of(const std::filesystem::path& path) noexcept {
  const int descriptor =
      ::open(path.has_parent_path() ? path.parent_path().c_str() : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

bool is_special_file(const std::filesystem::path& path) {
  // /dev/stderr is a regular file where the shell has it so, but not one to be replaced.
  if (path.native().starts_with("/dev/") || path.native().starts_with("/proc/")) return true;
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

}  // namespace curt::app
