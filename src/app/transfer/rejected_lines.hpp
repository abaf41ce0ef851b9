#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

#include "app/transfer/fresh_file.hpp"
#include "app/transfer/reading/rows/raw_record.hpp"

namespace curt::app {

/// The file of records that an import rejected. Each stands under a comment with the reason, as it was, and
/// below the line that names the columns, so that the file can be mended and imported. The file, readable for
/// this user alone, is made with the first line; one that an earlier import left is taken away by start().
class RejectedLines {
 public:
  explicit RejectedLines(std::filesystem::path path) : path_(std::move(path)) {}

  /// To be called once the records to import can be read, which an earlier file of this name may be about.
  /// `header` names their columns; empty where none does. An error where a file of this name is there that
  /// holds something else.
  [[nodiscard]] result<void> start(std::string header = {});

  /// Writes the record and why it was rejected; `reason` is one line of printable text. unavailable if the
  /// file cannot be written.
  [[nodiscard]] result<void> add(const RawRecord& record, std::string_view reason);

  /// Hands everything to the operating system.
  [[nodiscard]] result<void> flush();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  std::string header_;
  FreshFile file_;
};

}  // namespace curt::app
