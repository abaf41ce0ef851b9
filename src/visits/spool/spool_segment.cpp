#include "visits/spool/spool_segment.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <xxhash.h>

#include "curt/base/logging.hpp"

#include "visits/spool/spool_state.hpp"

namespace curt::visits {
namespace {

constexpr std::uint32_t kMagic = 0x42565543;  // "CUVB"

/// Before the counts of each batch, as it lies in memory.
struct FrameHeader {
  std::uint32_t magic = kMagic;
  std::uint32_t counts_bytes = 0;
  std::uint64_t details_at = 0;
  std::uint32_t details_bytes = 0;
  std::uint32_t visits = 0;
  std::uint64_t check = 0;

  [[nodiscard]] std::uint64_t right_check() const { return XXH3_64bits(this, offsetof(FrameHeader, check)); }
};
static_assert(std::is_trivially_copyable_v<FrameHeader> && sizeof(FrameHeader) == 32);

/// Whether a frame begins at `offset` that is all there.
bool read_header(std::string_view bytes, std::size_t offset, FrameHeader& header) {
  if (bytes.size() - offset < sizeof(header)) return false;
  std::memcpy(&header, bytes.data() + offset, sizeof(header));
  return header.magic == kMagic && header.check == header.right_check() &&
         bytes.size() - offset - sizeof(header) >= header.counts_bytes;
}

/// Where the next frame begins after one that is damaged; npos if nothing follows.
std::size_t find_frame(std::string_view bytes, std::size_t offset) {
  const std::string_view magic{reinterpret_cast<const char*>(&kMagic), sizeof(kMagic)};
  FrameHeader header;
  for (std::size_t at = bytes.find(magic, offset); at != std::string_view::npos;
       at = bytes.find(magic, at + 1)) {
    if (read_header(bytes, at, header)) return at;
  }
  return std::string_view::npos;
}

}  // namespace

SpoolSegment::SpoolSegment(std::filesystem::path folder, std::uint64_t number)
    : folder_(std::move(folder)), number_(number) {}

std::filesystem::path SpoolSegment::file(const char* kind) const {
  return folder_ / fmt::format("{:010}.{}", number_, kind);
}

result<void> SpoolSegment::recover(const EpochId& epoch, Details details, const FaultPoint& point) {
  sealed_ = true;
  int error = 0;
  const File counts = File::try_open(file("counts"), O_RDWR, error);
  if (error != 0 && !is_unreadable(error)) return file_error("open", file("counts"), error);
  const std::uint64_t size = counts.size();
  const auto bytes = read_all(counts, size, point);
  if (!bytes) return bytes.error();
  scan(*bytes, epoch);
  if (counts_size_ < size && !counts_.unreadable) {
    log::warn("a batch of visits was being written when its process ended; the end of the file is cut off",
              {{"file", file("counts").string()}, {"bytes", size - counts_size_}});
    if (!counts.truncate(counts_size_)) return file_error("cut", file("counts"), errno);
  }
  if (details == Details::given_up) {
    for (SpoolFrame& frame : frames_) frame.details_bytes = 0;
    give_up_details();
    return {};
  }
  std::error_code missing;
  const auto details_size = std::filesystem::file_size(file("details"), missing);
  check_details(missing ? 0 : details_size);
  return {};
}

result<std::string> SpoolSegment::read_all(const File& counts, std::uint64_t size, const FaultPoint& point) {
  try {
    reach(point, "spool: counts are to be read");
    if (!counts.is_open()) throw std::system_error{EIO, std::generic_category()};
    return counts.read(size, 0);
  } catch (const std::system_error& failure) {
    if (!is_unreadable(failure.code().value()))
      return file_error("read", file("counts"), failure.code().value());
  }
  std::uint64_t unreadable = 0;
  std::string bytes = counts.read_around(size, 0, unreadable);
  counts_.unreadable = true;
  log::error("the disk cannot read a part of a visit spool; the visits there are lost",
             {{"file", file("counts").string()}, {"bytes", unreadable}, {"of", size}});
  return bytes;
}

void SpoolSegment::scan(const std::string& bytes, const EpochId& epoch) {
  FrameHeader header;
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (!read_header(bytes, at, header)) {
      const std::size_t next = find_frame(bytes, at + 1);
      if (next == std::string::npos) break;
      ++damaged;
      log::error("batches of visits are damaged and lost",
                 {{"file", file("counts").string()}, {"offset", at}, {"bytes", next - at}});
      at = next;
      continue;
    }
    const std::size_t counts_at = at + sizeof(header);
    const auto head = decode_head(std::string_view{bytes}.substr(counts_at, header.counts_bytes));
    if (head && head->id.epoch == epoch && head->id.ring < SpoolFacts::kMostRings) {
      note({.first = head->id.first,
            .positions = head->id.positions,
            .visits = head->visits,
            .ring = head->id.ring,
            .begun_at = head->begun_at,
            .counts_at = counts_at,
            .details_at = header.details_at,
            .counts_bytes = header.counts_bytes,
            .details_bytes = header.details_bytes});
    } else {
      ++damaged;
      dropped += header.visits;
      log::error("a batch of visits is damaged and lost",
                 {{"file", file("counts").string()}, {"offset", at}, {"visits", header.visits}});
    }
    at = counts_at + header.counts_bytes;
  }
  counts_size_ = at;
}

void SpoolSegment::check_details(std::uint64_t size) {
  details_size_ = size;
  for (SpoolFrame& frame : frames_) {
    if (frame.details_bytes == 0 || frame.details_at + frame.details_bytes <= size) continue;
    frame.details_bytes = 0;
    undetailed += frame.visits;
  }
}

result<void> SpoolSegment::open_to_write() {
  if (!counts_.file.is_open()) {
    auto opened = File::open(file("counts"), O_RDWR | O_CREAT | O_EXCL);
    if (!opened) return opened.error();
    counts_.file = std::move(*opened);
  }
  return {};
}

result<void> SpoolSegment::append(const EncodedBatch& batch, const FaultPoint& point) {
  if (auto opened = open_to_write(); !opened) return opened;
  if (!batch.encoded_details.empty() && !details_.file.is_open()) {
    auto opened = File::open(file("details"), O_RDWR | O_CREAT);
    if (!opened) return opened.error();
    details_.file = std::move(*opened);
  }
  FrameHeader header;
  header.counts_bytes = static_cast<std::uint32_t>(batch.encoded_counts.size());
  header.details_at = details_size_;
  header.details_bytes = static_cast<std::uint32_t>(batch.encoded_details.size());
  header.visits = batch.visits;
  header.check = header.right_check();
  std::string frame{reinterpret_cast<const char*>(&header), sizeof(header)};
  frame += batch.encoded_counts;

  reach(point, "spool: details are to be written");
  int error =
      batch.encoded_details.empty()
          ? 0
          : details_.file.write(batch.encoded_details.data(), batch.encoded_details.size(), details_size_);
  if (error == 0) {
    reach(point, "spool: details written");
    error = counts_.file.write(frame.data(), frame.size(), counts_size_);
  }
  if (error != 0) {
    // A next attempt writes over what is there now; cutting it off gives the room back to others.
    const bool cut = counts_.file.truncate(counts_size_) &&
                     (!details_.file.is_open() || details_.file.truncate(details_size_));
    if (!cut) seal();
    return file_error("write", file("counts"), error);
  }
  note({.first = batch.id.first,
        .positions = batch.id.positions,
        .visits = batch.visits,
        .ring = batch.id.ring,
        .begun_at = batch.begun_at,
        .counts_at = counts_size_ + sizeof(header),
        .details_at = details_size_,
        .counts_bytes = header.counts_bytes,
        .details_bytes = header.details_bytes});
  counts_size_ += frame.size();
  details_size_ += batch.encoded_details.size();
  return {};
}

void SpoolSegment::note(SpoolFrame frame) {
  const auto lowest = lowest_.try_emplace(frame.ring, frame.first).first;
  lowest->second = std::min(lowest->second, frame.first);
  frames_.push_back(frame);
  ++unsettled_;
  unsettled_visits_ += frame.visits;
  visits_ += frame.visits;
}

void SpoolSegment::seal() noexcept {
  sealed_ = true;
  close();
}

void SpoolSegment::close() noexcept {
  counts_.file.close();
  details_.file.close();
}

void SpoolSegment::settle(std::size_t index) {
  if (std::exchange(frames_[index].settled, true)) return;
  --unsettled_;
  unsettled_visits_ -= frames_[index].visits;
  while (first_unsettled_ < frames_.size() && frames_[first_unsettled_].settled) ++first_unsettled_;
}

void SpoolSegment::lose(std::size_t index) {
  dropped += frames_[index].visits;
  settle(index);
}

void SpoolSegment::lose_unsynced() {
  for (std::size_t index = first_unsettled_; index < frames_.size(); ++index) {
    if (!frames_[index].settled && !is_synced(index)) lose(index);
  }
}

void SpoolSegment::give_up_details(std::size_t index) {
  frames_[index].details_bytes = 0;
  undetailed += frames_[index].visits;
}

void SpoolSegment::give_up_details() {
  details_.file.close();
  std::error_code ignored;
  std::filesystem::remove(file("details"), ignored);
  for (SpoolFrame& frame : frames_) frame.details_bytes = 0;
  details_size_ = 0;
}

}  // namespace curt::visits
