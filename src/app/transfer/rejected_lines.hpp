#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "curt/domain/error.hpp"

#include "app/transfer/fresh_file.hpp"
#include "app/transfer/line_reader.hpp"

namespace curt::app {

/// The file of lines that an import rejected. Each stands under a comment with the reason, as it was, so that
/// the file can be mended and imported. The file, readable for this user alone, is made with the first line;
/// one that an earlier import left is taken away by start().
class RejectedLines {
 public:
  explicit RejectedLines(std::filesystem::path path) : path_(std::move(path)) {}

  /// To be called once the lines to import can be read, which an earlier file of this name may be about.
  void start();

  /// Writes the line and why it was rejected; `reason` is one line of printable text. unavailable if the file
  /// cannot be written.
  [[nodiscard]] result<void> add(const TextLine& line, std::string_view reason);

  /// Hands everything to the operating system.
  [[nodiscard]] result<void> flush();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  FreshFile file_;
};

}  // namespace curt::app
