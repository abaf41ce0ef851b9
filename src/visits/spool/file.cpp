#include "visits/spool/file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace curt::visits {

Error file_error(const char* what, const std::filesystem::path& file, int number) {
  return {ErrorCode::unavailable, "visits cannot be kept on the disk",
          fmt::format("cannot {} {}: {}", what, file.string(), std::generic_category().message(number))};
}

result<File> File::open(const std::filesystem::path& file, int flags) {
  constexpr mode_t kOwnerOnly = 0600;
  for (;;) {
    const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, kOwnerOnly);
    if (descriptor >= 0) return File{descriptor};
    if (errno != EINTR) return file_error("open", file, errno);
  }
}

void File::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

int File::write(const void* bytes, std::size_t count, std::uint64_t offset) const noexcept {
  const auto* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = ::pwrite(descriptor_, at, count, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : ENOSPC;
    at += written;
    count -= static_cast<std::size_t>(written);
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

std::string File::read(std::size_t count, std::uint64_t offset) const {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got =
        ::pread(descriptor_, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error{errno, std::generic_category(), "cannot read a file of visits"};
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

bool File::truncate(std::uint64_t size) const noexcept {
  return ::ftruncate(descriptor_, static_cast<off_t>(size)) == 0;
}

std::uint64_t File::size() const noexcept {
  struct stat status{};
  return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace curt::visits
