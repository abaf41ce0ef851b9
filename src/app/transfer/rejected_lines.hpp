#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

#include "app/transfer/fresh_file.hpp"
#include "app/transfer/reading/rows/raw_record.hpp"

namespace curt::app {

/// The file of records that an import rejected. Each stands under a comment with the reason, as it was, and
/// below the line that names the columns, so that the file can be mended and imported. The file, readable for
/// this user alone, is made with the first line. One that an earlier import left may be mended already, so it
/// is renamed, to FILE.1 or the next free number.
class RejectedLines {
 public:
  explicit RejectedLines(std::filesystem::path path) : path_(std::move(path)) {}

  /// To be called once the records to import can be read, which an earlier file of this name may be about.
  /// `header` names their columns; empty where none does. An error where a file of this name is there that
  /// holds something else, or where none can be made.
  [[nodiscard]] result<void> start(std::string header = {});

  /// Writes the record and why it was rejected; `reason` is one line of printable text. unavailable if the
  /// file cannot be written, or an earlier one cannot be kept.
  [[nodiscard]] result<void> add(const RawRecord& record, std::string_view reason);

  /// Hands everything to the operating system.
  [[nodiscard]] result<void> flush();

  /// To be called at the end. Removes the earlier file if this one is the same byte for byte. Gives the name
  /// under which the earlier one is kept, if it is. unavailable if it cannot be renamed.
  [[nodiscard]] result<std::optional<std::filesystem::path>> finish();

  /// Whether all that was added is in the file, and something was.
  [[nodiscard]] bool are_written() const { return file_.is_open() && file_.stream().good(); }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  [[nodiscard]] result<void> keep_earlier();
  [[nodiscard]] bool is_same_as(const std::filesystem::path& other) const;

  std::filesystem::path path_;
  bool has_earlier_ = false;                   ///< whether a file of this name is there that is to be kept
  std::optional<std::filesystem::path> kept_;  ///< the new name of that file
  std::string header_;
  FreshFile file_;
};

/// The file where its folder is one that we may write to; else a file of its name in `other`.
[[nodiscard]] std::filesystem::path writable_file(const std::filesystem::path& file,
                                                  const std::filesystem::path& other);

}  // namespace curt::app
