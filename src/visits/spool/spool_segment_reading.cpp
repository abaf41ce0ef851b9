#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>

#include "visits/spool/spool_segment.hpp"

// How a segment is read back, synced and removed.

namespace curt::visits {

std::optional<std::string> SpoolSegment::counts_of(const SpoolFrame& frame) {
  return read(counts_, frame.counts_bytes, frame.counts_at);
}

std::optional<std::string> SpoolSegment::details_of(const SpoolFrame& frame) {
  if (frame.details_bytes == 0) return std::string{};
  return read(details_, frame.details_bytes, frame.details_at);
}

std::optional<std::string> SpoolSegment::read(Part& from, std::size_t count, std::uint64_t offset) const {
  if (!from.file.is_open()) {
    int error = 0;
    from.file = File::try_open(file(from.kind), O_RDONLY, error);
    if (error == ENOENT) return std::string{};
    if (is_unreadable(error)) {
      from.unreadable = true;
      return std::nullopt;
    }
    if (error != 0) throw std::runtime_error{file_error("open", file(from.kind), error).log};
  }
  try {
    return from.file.read(count, offset);
  } catch (const std::system_error& failure) {
    if (!is_unreadable(failure.code().value())) throw;
    from.unreadable = true;
    return std::nullopt;
  }
}

bool SpoolSegment::is_synced(std::size_t index) const noexcept {
  return frames_[index].counts_at + frames_[index].counts_bytes <= synced_size_;
}

result<std::optional<File>> SpoolSegment::counts_to_sync(const FaultPoint& point) {
  File counts;
  if (sealed_) {  // what is open of it can only be read
    int error = 0;
    counts = File::try_open(file("counts"), sync_failed_ ? O_RDWR : O_RDONLY, error);
    if (error == ENOENT || is_unreadable(error)) {
      counts_.unreadable = true;
      return std::nullopt;
    }
    if (error != 0) return file_error("open", file("counts"), error);
  } else {
    auto same = counts_.file.duplicate();
    if (!same) return same.error();
    counts = std::move(*same);
  }
  if (!sync_failed_) return std::optional{std::move(counts)};
  std::string bytes;
  try {
    reach(point, "spool: counts are to be read again");
    bytes = counts.read(counts_size_ - synced_size_, synced_size_);
  } catch (const std::system_error& failure) {
    if (!is_unreadable(failure.code().value())) throw;
    counts_.unreadable = true;
    return std::nullopt;
  }
  if (const int error = counts.write(bytes.data(), bytes.size(), synced_size_)) {
    return file_error("write", file("counts"), error);
  }
  sync_failed_ = false;
  return std::optional{std::move(counts)};
}

result<void> SpoolSegment::remove() {
  seal();
  // In this order: details without counts belong to nothing, counts without details would seem damaged.
  if (auto removed = remove(counts_); !removed) return removed;
  return remove(details_);
}

result<void> SpoolSegment::remove(const Part& part) const {
  std::error_code error;
  const std::filesystem::path path = file(part.kind);
  if (part.unreadable) {
    std::filesystem::rename(path, path.string() + ".unreadable", error);
  } else {
    std::filesystem::remove(path, error);
  }
  const bool gone = !error || error == std::errc::no_such_file_or_directory;
  return gone ? result<void>{} : file_error(part.unreadable ? "rename" : "remove", path, error.value());
}

}  // namespace curt::visits
