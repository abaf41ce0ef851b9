#include "app/transfer/import_source.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace curt::app {
namespace {

/// A descriptor of the standard input for us alone; negative where there is none. A terminal is opened again,
/// so that reads of ours do not wait: those of other processes on it still do.
int open_standard_input() {
  if (::isatty(STDIN_FILENO) == 1) {
    const int terminal = ::open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0) return terminal;
  }
  return ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
}

/// A descriptor of a pipe or a device; negative where it cannot be opened. Waits until a named pipe has a
/// writer.
int open_special(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC);
  if (descriptor >= 0) ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return descriptor;
}

}  // namespace

result<void> ImportSource::open(const std::string& file, const std::filesystem::path& rejects) {
  name_ = file == "-" ? "the standard input" : file;
  const auto refused = [&](const std::string& why) {
    return Error{ErrorCode::not_found, fmt::format("{} cannot be read: {}", name_, why)};
  };
  std::error_code error;
  if (file != "-") {
    if (std::filesystem::is_directory(file, error)) return refused("it is a folder");
    if (std::filesystem::equivalent(file, rejects, error)) {
      return refused("the rejected lines would be written over it");
    }
  }
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  const bool may_wait = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  if (file == "-" || may_wait) {
    const int descriptor = file == "-" ? open_standard_input() : open_special(file);
    if (descriptor < 0) return refused(std::generic_category().message(errno));
    wait_at(descriptor);
    return {};
  }
  file_.open(file, std::ios::binary);
  if (!file_) return refused(std::generic_category().message(errno));
  size_ = std::filesystem::file_size(file, error);
  if (error) size_.reset();
  return {};
}

void ImportSource::stop_at(int event) {
  if (waiting_) waiting_->stop_at(event);
}

void ImportSource::wait_at(int descriptor) {
  waiting_.emplace(descriptor);
  waiting_stream_.rdbuf(&*waiting_);
}

}  // namespace curt::app
