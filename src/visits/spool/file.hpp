#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "curt/domain/error.hpp"

namespace curt::visits {

/// An `unavailable` error for the operator: what could not be done with which file, and errno's words.
[[nodiscard]] Error file_error(const char* what, const std::filesystem::path& file, int number);

/// Whether errno says that the disk cannot read what lies there, however often it is asked. Not what may
/// pass, such as too many open files.
[[nodiscard]] bool is_unreadable(int number) noexcept;

/// Waits until the names in the folder are on the disk; errno, or 0.
[[nodiscard]] int sync_folder(const std::filesystem::path& folder) noexcept;

/// A file descriptor with an owner. Calls are not interrupted by signals.
class File {
 public:
  File() = default;
  ~File() { close(); }
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  /// Opens with the flags of open(2); new files are for this user only.
  [[nodiscard]] static result<File> open(const std::filesystem::path& file, int flags);

  /// As open(), with errno, or 0.
  [[nodiscard]] static File try_open(const std::filesystem::path& file, int flags, int& error) noexcept;

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  void close() noexcept;

  /// Writes all of it at this offset; errno, or 0. What was written before an error stays there.
  [[nodiscard]] int write(const void* bytes, std::size_t count, std::uint64_t offset) const noexcept;

  /// Reads up to the end of the file: fewer bytes than `count` only there. Throws std::system_error where the
  /// disk fails.
  [[nodiscard]] std::string read(std::size_t count, std::uint64_t offset) const;

  /// As read(), with zeros for blocks that the disk cannot read; `unreadable` is how many bytes these are.
  [[nodiscard]] std::string read_around(std::size_t count, std::uint64_t offset,
                                        std::uint64_t& unreadable) const;

  /// Waits until everything that was written is on the disk; errno, or 0. After an error the kernel takes the
  /// bytes for clean: only writing them once more makes the next call try again.
  [[nodiscard]] int sync() const noexcept;

  /// Another descriptor of the same open file.
  [[nodiscard]] result<File> duplicate() const;

  [[nodiscard]] bool truncate(std::uint64_t size) const noexcept;

  /// In bytes; 0 if it cannot be told.
  [[nodiscard]] std::uint64_t size() const noexcept;

 private:
  explicit File(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace curt::visits
