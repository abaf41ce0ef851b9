#include "visits/spool/file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace curt::visits {
namespace {

/// Some file systems have nothing to wait for and say so.
int sync_error(int number) noexcept {
  return number == EINVAL || number == ENOSYS || number == EOPNOTSUPP ? 0 : number;
}

}  // namespace

Error file_error(const char* what, const std::filesystem::path& file, int number) {
  return {ErrorCode::unavailable, "visits cannot be kept on the disk",
          fmt::format("cannot {} {}: {}", what, file.string(), std::generic_category().message(number))};
}

bool is_unreadable(int number) noexcept {
  return number == EIO || number == EBADMSG || number == EUCLEAN || number == ENODATA || number == EILSEQ ||
         number == EREMOTEIO;
}

int sync_folder(const std::filesystem::path& folder) noexcept {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = ::fsync(descriptor) == 0 ? 0 : sync_error(errno);
  ::close(descriptor);
  return error;
}

result<File> File::open(const std::filesystem::path& file, int flags) {
  int error = 0;
  File opened = try_open(file, flags, error);
  if (error != 0) return file_error("open", file, error);
  return opened;
}

File File::try_open(const std::filesystem::path& file, int flags, int& error) noexcept {
  constexpr mode_t kOwnerOnly = 0600;
  int descriptor = -1;
  do {
    descriptor = ::open(file.c_str(), flags | O_CLOEXEC, kOwnerOnly);
  } while (descriptor < 0 && errno == EINTR);
  error = descriptor < 0 ? errno : 0;
  return File{descriptor};
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

std::string File::read_around(std::size_t count, std::uint64_t offset, std::uint64_t& unreadable) const {
  constexpr std::size_t kBlock = 4096;
  unreadable = 0;
  std::string bytes;
  bytes.reserve(count);
  while (bytes.size() < count) {
    const std::size_t wanted = std::min(kBlock, count - bytes.size());
    try {
      const std::string block = read(wanted, offset + bytes.size());
      bytes += block;
      if (block.size() < wanted) break;
    } catch (const std::system_error& failure) {
      if (!is_unreadable(failure.code().value())) throw;
      bytes.append(wanted, '\0');
      unreadable += wanted;
    }
  }
  return bytes;
}

int File::sync() const noexcept {
  int done = 0;
  do {
    done = ::fdatasync(descriptor_);
  } while (done != 0 && errno == EINTR);
  return done == 0 ? 0 : sync_error(errno);
}

result<File> File::duplicate() const {
  const int descriptor = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
  if (descriptor < 0) return file_error("open once more", "a file of visits", errno);
  return File{descriptor};
}

bool File::truncate(std::uint64_t size) const noexcept {
  return ::ftruncate(descriptor_, static_cast<off_t>(size)) == 0;
}

std::uint64_t File::size() const noexcept {
  struct stat status{};
  return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace curt::visits
