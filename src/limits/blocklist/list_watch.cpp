#include "curt/limits/blocklist/list_watch.hpp"

#include <algorithm>
#include <utility>

namespace curt::limits {
namespace {

/// Whether the last write to the file was a second ago, if the file's clock is ours.
bool is_settled(const FileStamp& file, Timestamp now) {
  const std::chrono::nanoseconds age = now.time_since_epoch() - std::chrono::nanoseconds{file.modified_at};
  return file.is_there && age >= ListWatch::kSettled;
}

}  // namespace

bool ListWatch::is_due(const std::vector<FileStamp>& now, const Clock& clock) {
  if (now != seen_) {
    seen_ = now;
    unchanged_since_ = clock.steady_now();
  }
  if (now == read_) {
    differ_since_.reset();
    return false;
  }
  if (!differ_since_) differ_since_ = clock.steady_now();
  if (clock.steady_now() - unchanged_since_ >= kSettled) return true;
  if (clock.steady_now() - *differ_since_ >= kLongestWait) return true;
  // A file that is gone may be about to come back.
  return now.size() >= read_.size() && std::ranges::all_of(now, [&](const FileStamp& file) {
           const bool was_read = std::ranges::find(read_, file) != read_.end();
           return was_read || is_settled(file, clock.now());
         });
}

void ListWatch::note_read(std::vector<FileStamp> files) {
  read_ = std::move(files);
  differ_since_.reset();
}

}  // namespace curt::limits
