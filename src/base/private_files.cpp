#include "curt/base/private_files.hpp"

#include <cerrno>
#include <cstddef>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "curt/base/logging.hpp"

namespace curt {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kRights = 0777;
constexpr mode_t kOthers = 0007;
constexpr mode_t kOthersAndGroup = 0077;

std::error_code last_error() { return {errno, std::generic_category()}; }

/// Names a file without opening it: to close another descriptor of a file would give up the locks that this
/// process has on it (fcntl_locking(2)).
class NamedFile {
 public:
  explicit NamedFile(const fs::path& file)
      : descriptor_(::open(file.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)) {}
  ~NamedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  NamedFile(const NamedFile&) = delete;
  NamedFile& operator=(const NamedFile&) = delete;

  /// The mode; nothing for what is neither a file nor a folder.
  [[nodiscard]] std::optional<mode_t> mode() const {
    struct stat status{};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) return std::nullopt;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return std::nullopt;
    return status.st_mode;
  }

  [[nodiscard]] std::error_code change_mode(mode_t mode) const {
    const std::string name = fmt::format("/proc/self/fd/{}", descriptor_);
    return ::chmod(name.c_str(), mode) == 0 ? std::error_code{} : last_error();
  }

 private:
  int descriptor_;
};

void warn(const fs::path& first, const Closed& closed, std::size_t number) {
  const std::string mode = fmt::format("{:04o}", closed.mode);
  if (!closed.error) {
    log::warn("files that were open to other users are closed to them and to their group now",
              {{"file", first.string()}, {"mode", mode}, {"files", number}});
  } else {
    log::warn(
        "files are open to other users; chmod go-rwx closes them",
        {{"file", first.string()}, {"mode", mode}, {"files", number}, {"error", closed.error.message()}});
  }
}

}  // namespace

void make_new_files_private() noexcept { ::umask(kOthersAndGroup); }

std::optional<Closed> close_to_others(const fs::path& file) noexcept {
  const NamedFile named{file};
  const auto mode = named.mode();
  if (!mode || (*mode & kOthers) == 0) return std::nullopt;
  return Closed{*mode & kRights, named.change_mode(*mode & static_cast<mode_t>(07777) & ~kOthersAndGroup)};
}

void close_with_warning(std::span<const fs::path> files) {
  std::optional<Closed> first;
  fs::path first_name;
  std::size_t number = 0;
  for (const fs::path& file : files) {
    const auto closed = close_to_others(file);
    if (!closed) continue;
    if (++number == 1 || (closed->error && !first->error)) {
      first = closed;
      first_name = file;
    }
  }
  if (first) warn(first_name, *first, number);
}

std::vector<fs::path> everything_in(const fs::path& folder) {
  std::vector<fs::path> all{folder};
  std::error_code error;
  fs::recursive_directory_iterator entry{folder, fs::directory_options::skip_permission_denied, error};
  for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
    all.push_back(entry->path());
  }
  return all;
}

}  // namespace curt
