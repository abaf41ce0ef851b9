#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace curt::test {

/// A named pipe that the test writes to and that does not end while this object lives.
class Feed {
 public:
  /// Makes it. Throws std::runtime_error if that fails.
  explicit Feed(std::filesystem::path path);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Writes all of it; the importer takes what does not fit into the pipe.
  void write(std::string_view text) const;

  /// Whether the importer has taken everything.
  [[nodiscard]] bool is_drained() const;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  int pipe_ = -1;
};

/// A terminal without echo, at which the test types.
class Terminal {
 public:
  /// Makes it. Throws std::runtime_error if that fails.
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Types all of it, in lines of less than 4096 bytes.
  void type(std::string_view text) const;

  /// What is opened to read what is typed.
  [[nodiscard]] std::filesystem::path path() const;

 private:
  int keys_ = -1;
  int screen_ = -1;
};

}  // namespace curt::test
