#pragma once

#include <filesystem>
#include <ostream>

#include <ext/stdio_filebuf.h>

#include "curt/domain/error.hpp"

namespace curt::app {

/// A file that is made for this process and for its user alone, to be written once.
class FreshFile {
 public:
  FreshFile() = default;
  FreshFile(const FreshFile&) = delete;
  FreshFile& operator=(const FreshFile&) = delete;

  /// Takes away what has this name and makes an empty file with mode 0600. A symbolic link is taken away, not
  /// followed, so that neither a file that another user has left nor one that a link names is written to.
  /// Where the folder does not let us, a file that is there and ours is emptied. An error's detail is the
  /// system's reason. To be called once.
  [[nodiscard]] result<void> create(const std::filesystem::path& path);

  /// Opens what is there and is no regular file, such as a device or a named pipe.
  [[nodiscard]] result<void> open_special(const std::filesystem::path& path);

  [[nodiscard]] bool is_open() const { return buffer_.is_open(); }
  [[nodiscard]] std::ostream& stream() { return stream_; }
  [[nodiscard]] const std::ostream& stream() const { return stream_; }

  /// Has the system put on the disk what was flushed.
  [[nodiscard]] result<void> sync();

 private:
  [[nodiscard]] result<void> open(const std::filesystem::path& path, int flags);

  __gnu_cxx::stdio_filebuf<char> buffer_;  // a std::ofstream can neither refuse links nor name a mode
  std::ostream stream_{&buffer_};
};

/// Has the system put the name of the file on the disk, where it can.
void sync_folder_of(const std::filesystem::path& path) noexcept;

/// Whether something is there that is written to as it is: a device, a named pipe, a socket, or what
/// /dev/stderr stands for; no folder.
[[nodiscard]] bool is_special_file(const std::filesystem::path& path);

}  // namespace curt::app
