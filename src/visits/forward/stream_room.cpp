#include "visits/forward/stream_room.hpp"

#include <algorithm>

namespace curt::visits {
namespace {

/// The part of the server's memory that the stream may take.
constexpr std::uint64_t kShare = 4;

/// The part of what is left that a process takes before it asks again.
constexpr std::uint64_t kPart = 16;

/// The weight of one batch in the running mean.
constexpr double kWeight = 1.0 / 16;

/// What an entry takes: jemalloc, which Redis uses, has four sizes between a power of two and the next one,
/// so that a fourth more is never too little.
std::uint64_t bytes_of(const EncodedBatch& batch) noexcept {
  constexpr std::uint64_t kFrame = 256;
  const std::uint64_t content = batch.encoded_counts.size() + batch.encoded_details.size();
  return content + content / 4 + kFrame;
}

}  // namespace

void StreamRoom::was_told(const VisitStream::Length& length) noexcept {
  entries_ = length.entries;
  bytes_ = length.bytes;
  memory_limit_ = length.memory_limit;
  left_when_told_ = left();
  took_ = false;
}

void StreamRoom::took(const EncodedBatch& batch) noexcept {
  const std::uint64_t size = bytes_of(batch);
  ++entries_;
  took_ = true;
  if (bytes_) *bytes_ += size;
  const auto exact = static_cast<double>(size);
  usual_ = usual_ > 0 ? usual_ + (exact - usual_) * kWeight : exact;
}

bool StreamRoom::has_room_for(const EncodedBatch& batch) noexcept {
  next_ = bytes_of(batch);
  return batches() > 0;
}

std::uint64_t StreamRoom::batches() const noexcept {
  const Left now = left();
  const std::uint64_t by_bytes = now.bytes / std::max<std::uint64_t>(next_, 1);
  const std::uint64_t at_least = entries_ == 0 ? 1 : 0;
  return std::max(at_least, std::min(now.entries, by_bytes));
}

bool StreamRoom::is_stale() const noexcept {
  const Left now = left();
  const Left& then = left_when_told_;
  return took_ &&
         (now.entries <= then.entries - then.entries / kPart || now.bytes <= then.bytes - then.bytes / kPart);
}

std::uint64_t StreamRoom::bytes() const noexcept {
  return bytes_.value_or(static_cast<std::uint64_t>(usual_ * static_cast<double>(entries_)));
}

StreamRoom::Left StreamRoom::left() const noexcept {
  const std::uint64_t most_bytes =
      memory_limit_ ? std::min(most_bytes_, *memory_limit_ / kShare) : most_bytes_;
  return {.entries = most_entries_ - std::min(entries_, most_entries_),
          .bytes = most_bytes - std::min(bytes(), most_bytes)};
}

}  // namespace curt::visits
