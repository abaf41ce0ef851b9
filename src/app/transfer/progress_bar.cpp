#include "app/transfer/progress_bar.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace curt::app {
namespace {

constexpr std::size_t kBarWidth = 20;

/// Back to the first column, and everything after it erased (ECMA-48, EL).
constexpr std::string_view kEraseLine = "\r\x1b[K";

std::string bar(std::uint64_t bytes, std::uint64_t total) {
  // The file may have grown since its size was asked.
  const double share =
      total == 0 ? 1.0 : std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
  return fmt::format("[{:#<{}}{:.<{}}] {:3} %", "", filled, "", kBarWidth - filled,
                     static_cast<int>(share * 100));
}

/// How long the rest will take if it goes on as it went so far; nothing where the end is not known, or too
/// little is done to tell.
std::optional<std::string> time_left(const Progress& progress) {
  constexpr std::chrono::seconds kToTell{1};
  if (!progress.total_bytes || progress.bytes == 0 || progress.elapsed < kToTell) return std::nullopt;
  const std::uint64_t bytes_left = *progress.total_bytes - std::min(progress.bytes, *progress.total_bytes);
  const double share = static_cast<double>(bytes_left) / static_cast<double>(progress.bytes);
  const auto left = std::chrono::ceil<std::chrono::seconds>(progress.elapsed * share);
  if (left < std::chrono::minutes{2}) return fmt::format("{} s left", left.count());
  if (left < std::chrono::hours{2}) return fmt::format("{} min left", left.count() / 60);
  return fmt::format("{} h left", left.count() / 3600);
}

}  // namespace

std::string progress_line(const Progress& progress, std::size_t width) {
  const ImportCounts& counts = progress.counts;
  std::string line;
  const auto add = [&](const std::string& part) {
    const std::string_view separator = line.empty() ? "" : "  ";
    if (line.size() + separator.size() + part.size() <= width) line.append(separator).append(part);
  };
  if (progress.total_bytes) add(bar(progress.bytes, *progress.total_bytes));
  add(fmt::format("{} imported", counts.imported));
  if (counts.already_there > 0) add(fmt::format("{} already there", counts.already_there));
  if (counts.rejected > 0) add(fmt::format("{} rejected", counts.rejected));
  if (const auto left = time_left(progress)) add(*left);
  if (progress.elapsed.count() > 0) {
    const std::uint64_t links =
        counts.imported + counts.already_there + counts.rejected + counts.other_domain;
    add(fmt::format("{} a second", links * 1000 / static_cast<std::uint64_t>(progress.elapsed.count())));
  }
  return line;
}

ProgressBar::~ProgressBar() {
  if (shown_at_) terminal_ << kEraseLine << std::flush;
}

void ProgressBar::show(const Progress& progress) {
  if (shown_at_ && progress.elapsed - *shown_at_ < kPause) return;
  shown_at_ = progress.elapsed;
  // The last column is left free: some terminals wrap after it.
  terminal_ << kEraseLine << progress_line(progress, width_ - 1) << std::flush;
}

}  // namespace curt::app
