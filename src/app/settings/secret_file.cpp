#include "app/settings/secret_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace curt::app {
namespace {

/// No key and no URL is as long.
constexpr std::size_t kMost = 8192;

Error refused(const std::filesystem::path& file, std::string_view why,
              ErrorCode code = ErrorCode::invalid_value) {
  return {code, fmt::format("{} {}", file.string(), why)};
}

Error unreadable(const std::filesystem::path& file, int error) {
  return refused(file, fmt::format("cannot be read: {}", std::generic_category().message(error)),
                 error == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable);
}

/// A file that is open for reading.
class OpenFile {
 public:
  // O_NONBLOCK: opening a named pipe would wait for a writer.
  explicit OpenFile(const std::filesystem::path& file)
      : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

result<SecretText> read_secret_file(const std::filesystem::path& file) {
  const OpenFile open{file};
  if (open.descriptor() < 0) return unreadable(file, errno);
  struct stat status{};
  if (::fstat(open.descriptor(), &status) != 0) return unreadable(file, errno);
  if (!S_ISREG(status.st_mode)) return refused(file, "is not a regular file", ErrorCode::unavailable);
  SecretText whole{kMost + 1};
  const std::span<char> bytes = whole.bytes();
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(open.descriptor(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(file, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMost) return refused(file, fmt::format("holds more than {} bytes", kMost));
  while (size > 0 && is_space(bytes[size - 1])) --size;
  std::size_t begin = 0;
  while (begin < size && is_space(bytes[begin])) ++begin;
  if (begin == size) return refused(file, "is empty");
  return SecretText{std::string_view{bytes.data() + begin, size - begin}};
}

}  // namespace curt::app
