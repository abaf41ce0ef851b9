#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

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
    if (is_unreadable(error)) from.unreadable = true;
    if (is_unreadable(error)) return std::nullopt;
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

result<File> SpoolSegment::counts_to_sync() {
  auto file_to_sync = counts_.file.is_open() ? counts_.file.duplicate() : File::open(file("counts"), O_RDWR);
  if (!file_to_sync || !sync_failed_) return file_to_sync;
  const std::string bytes = file_to_sync->read(counts_size_ - synced_size_, synced_size_);
  if (const int error = file_to_sync->write(bytes.data(), bytes.size(), synced_size_)) {
    return file_error("write", file("counts"), error);
  }
  sync_failed_ = false;
  return file_to_sync;
}

void SpoolSegment::remove() {
  seal();
  // In this order: details without counts belong to nothing, counts without details would seem damaged.
  remove(counts_);
  remove(details_);
}

void SpoolSegment::remove(const Part& part) const {
  std::error_code ignored;
  const std::filesystem::path path = file(part.kind);
  if (part.unreadable) {
    std::filesystem::rename(path, path.string() + ".unreadable", ignored);
  } else {
    std::filesystem::remove(path, ignored);
  }
}

}  // namespace curt::visits
