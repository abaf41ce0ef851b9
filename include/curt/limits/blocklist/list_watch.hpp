#pragma once

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "curt/base/clock.hpp"
#include "curt/limits/blocklist/list_files.hpp"

namespace curt::limits {

/// Decides when files that changed are to be read: once they have been unchanged for a second, so that what
/// is written in pieces is not read by halves, or once they have been changing for ten. A file that was
/// complete for a second before it was moved into its place is read at once. For one thread.
class ListWatch {
 public:
  static constexpr std::chrono::seconds kSettled{1};
  static constexpr std::chrono::seconds kLongestWait{10};

  /// `read` are the files as they were when they were read last.
  explicit ListWatch(std::vector<FileStamp> read) : read_(read), seen_(std::move(read)) {}

  /// Whether the files, which look like this now, are to be read.
  [[nodiscard]] bool is_due(const std::vector<FileStamp>& now, const Clock& clock);

  /// The files were read, with success or without, as they were just before.
  void note_read(std::vector<FileStamp> files);

 private:
  std::vector<FileStamp> read_;
  std::vector<FileStamp> seen_;  ///< at the last look
  SteadyTime unchanged_since_{};
  std::optional<SteadyTime> differ_since_;  ///< from what was read; nothing while they do not
};

}  // namespace curt::limits
