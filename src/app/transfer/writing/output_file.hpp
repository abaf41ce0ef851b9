#pragma once

#include <filesystem>
#include <ostream>
#include <string>

#include "curt/domain/error.hpp"

#include "app/transfer/fresh_file.hpp"

namespace curt::app {

/// A file of this user's alone that takes the place of `path` when it is complete, and leaves nothing behind
/// if it never is. What is no regular file, such as a device or a named pipe, is written to directly. Errors
/// are for the operator.
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  [[nodiscard]] result<void> open();

  [[nodiscard]] std::ostream& stream() { return file_.stream(); }

  /// Gives the file its name, with everything on the disk.
  [[nodiscard]] result<void> complete();

 private:
  [[nodiscard]] Error refused(const std::string& why) const;

  std::filesystem::path final_;
  std::filesystem::path written_;
  bool direct_;
  FreshFile file_;
};

}  // namespace curt::app
