#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "app/transfer/link_import.hpp"

namespace curt::app {

/// How far an import has come.
struct Progress {
  std::uint64_t bytes = 0;                   ///< of the text, read so far
  std::optional<std::uint64_t> total_bytes;  ///< nothing where the end is not known, as on a pipe
  ImportCounts counts;
  std::chrono::milliseconds elapsed{0};
};

/// The progress as one line of at most `width` columns. Parts that do not fit are left out.
[[nodiscard]] std::string progress_line(const Progress& progress, std::size_t width);

/// A line on a terminal that is drawn over and over. Its destructor removes it.
class ProgressBar {
 public:
  ProgressBar(std::ostream& terminal, std::size_t width) : terminal_(terminal), width_(width) {}
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Shows the progress, unless the last one is younger than kPause.
  void show(const Progress& progress);

  static constexpr std::chrono::milliseconds kPause{100};

 private:
  std::ostream& terminal_;
  std::size_t width_;
  std::optional<std::chrono::milliseconds> shown_at_;
};

}  // namespace curt::app
