#include "curt/visits/ring/request_ring.hpp"

#include <algorithm>
#include <cstring>

#include <sys/mman.h>

#include "visits/ring/request_ring_layout.hpp"

namespace curt::visits {
namespace {

/// How far ahead of a push the lines of a slot are fetched. Each is as old as the ring is long: without this
/// a push waits for the memory, four times.
constexpr std::uint64_t kFetchAhead = 6;
constexpr std::size_t kLine = 64;

/// How much of a slot the redirect of a browser fills.
constexpr std::size_t kUsualBytes = 4 * kLine;

/// Copies a text to `to`. Most texts are short, and a call of memcpy for each would cost more than the
/// copying.
inline char* append(char* to, std::string_view text) noexcept {
  const char* from = text.data();
  const std::size_t size = text.size();
  if (size >= 16) {
    for (std::size_t i = 0; i + 16 <= size; i += 16) std::memcpy(to + i, from + i, 16);
    std::memcpy(to + size - 16, from + size - 16, 16);
  } else if (size >= 8) {
    std::memcpy(to, from, 8);
    std::memcpy(to + size - 8, from + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(to, from, 4);
    std::memcpy(to + size - 4, from + size - 4, 4);
  } else if (size > 0) {
    to[0] = from[0];
    to[size / 2] = from[size / 2];
    to[size - 1] = from[size - 1];
  }
  return to + size;
}

/// The next text of a slot. Whatever a damaged file says of its size, it lies within the slot.
inline std::string_view take(const char*& from, std::size_t size, std::size_t most) noexcept {
  const std::string_view text{from, std::min(size, most)};
  from += text.size();
  return text;
}

}  // namespace

RequestRing::RequestRing(std::byte* memory, std::size_t bytes)
    : memory_(memory),
      bytes_(bytes),
      header_(reinterpret_cast<Header*>(memory)),
      slots_(reinterpret_cast<Slot*>(memory + kRingHeaderBytes)),
      mask_(header_->records - 1) {
  static_assert(sizeof(Header) <= kRingHeaderBytes && sizeof(Slot) == kRingSlotBytes);
}

RequestRing::~RequestRing() { ::munmap(memory_, bytes_); }

void RequestRing::push(const RequestRecord& record) noexcept {
  const std::uint64_t capacity = mask_ + 1;
  std::uint8_t use = record.use;
  if (next_ - freed_ >= capacity / 4 * 3) [[unlikely]] {
    // Only now, since the reader writes on that line.
    freed_ = SharedWord{header_->freed}.load(std::memory_order_acquire);
    const std::uint64_t size = next_ - freed_;
    if ((use & kAccessLine) != 0 && size >= capacity / 4 * 3) {
      use &= static_cast<std::uint8_t>(~kAccessLine);
      SharedWord{header_->lines_lost}.store(header_->lines_lost + 1, std::memory_order_relaxed);
    }
    if ((use & kVisit) != 0 && size >= capacity) {
      SharedWord{header_->visits_lost}.store(header_->visits_lost + 1, std::memory_order_relaxed);
      return;
    }
  }
  if ((use & (kVisit | kAccessLine)) == 0) return;

  Slot& slot = slots_[next_ & mask_];
  const std::uint64_t visits = header_->visits + ((use & kVisit) != 0 ? 1 : 0);
  const std::string_view code = record.code.substr(0, RequestRecord::kMaxCode);
  const std::string_view client = record.client.substr(0, RequestRecord::kMaxClient);
  const std::string_view request_id = record.request_id.substr(0, RequestRecord::kMaxRequestId);
  const std::string_view path = record.path.substr(0, RequestRecord::kMaxPath);
  const std::string_view referrer = record.referrer.substr(0, RequestRecord::kMaxReferrer);
  const std::string_view user_agent = record.user_agent.substr(0, RequestRecord::kMaxUserAgent);
  slot.at = record.at.time_since_epoch().count();
  slot.version = record.version;
  slot.visits = visits;
  slot.microseconds = record.microseconds;
  slot.bytes = record.bytes;
  slot.status = record.status;
  slot.path_size = static_cast<std::uint16_t>(path.size());
  const bool has_key = record.key.size() == RequestRecord::kKeyLength;
  slot.use = has_key ? use | kHasKey : use;
  slot.method = record.method;
  slot.route = record.route;
  slot.code_size = static_cast<std::uint8_t>(code.size());
  slot.client_size = static_cast<std::uint8_t>(client.size());
  slot.request_id_size = static_cast<std::uint8_t>(request_id.size());
  slot.referrer_size = static_cast<std::uint8_t>(referrer.size());
  slot.user_agent_size = static_cast<std::uint8_t>(user_agent.size());
  char* end = slot.texts.data();
  end = append(end, code);
  end = append(end, client);
  end = append(end, request_id);
  end = append(end, path);
  end = append(end, referrer);
  end = append(end, user_agent);
  if (has_key) end = append(end, record.key);
  SharedWord{slot.sequence}.store(++next_, std::memory_order_release);
  SharedWord{header_->visits}.store(visits, std::memory_order_relaxed);
  SharedWord{header_->next}.store(next_, std::memory_order_release);

  // A later record will be about as long as this one.
  const auto* ahead = reinterpret_cast<const char*>(&slots_[(next_ + kFetchAhead) & mask_]);
  const std::size_t used = static_cast<std::size_t>(end - reinterpret_cast<char*>(&slot));
  for (std::size_t at = 0; at < used; at += kLine) __builtin_prefetch(ahead + at, 1);
}

std::uint64_t RequestRing::begin() const noexcept {
  return SharedWord{header_->freed}.load(std::memory_order_relaxed);
}

bool RequestRing::read(std::uint64_t position, RequestRecord& record) const noexcept {
  Slot& slot = slots_[position & mask_];
  if (SharedWord{slot.sequence}.load(std::memory_order_acquire) != position + 1) return false;
  record.at = Timestamp{std::chrono::milliseconds{slot.at}};
  record.version = slot.version;
  record.microseconds = slot.microseconds;
  record.bytes = slot.bytes;
  record.status = slot.status;
  record.use = slot.use & static_cast<std::uint8_t>(~kHasKey);
  record.method = slot.method;
  record.route = slot.route;
  const char* from = slot.texts.data();
  record.code = take(from, slot.code_size, RequestRecord::kMaxCode);
  record.client = take(from, slot.client_size, RequestRecord::kMaxClient);
  record.request_id = take(from, slot.request_id_size, RequestRecord::kMaxRequestId);
  record.path = take(from, slot.path_size, RequestRecord::kMaxPath);
  record.referrer = take(from, slot.referrer_size, RequestRecord::kMaxReferrer);
  record.user_agent = take(from, slot.user_agent_size, RequestRecord::kMaxUserAgent);
  record.key =
      take(from, (slot.use & kHasKey) != 0 ? RequestRecord::kKeyLength : 0, RequestRecord::kKeyLength);
  return true;
}

void RequestRing::fetch(std::uint64_t position) const noexcept {
  const auto* slot = reinterpret_cast<const char*>(&slots_[position & mask_]);
  for (std::size_t at = 0; at < kUsualBytes; at += kLine) __builtin_prefetch(slot + at, 0);
}

void RequestRing::free(std::uint64_t position) noexcept {
  SharedWord{header_->freed}.store(position, std::memory_order_release);
}

std::size_t RequestRing::capacity() const noexcept { return mask_ + 1; }

std::size_t RequestRing::size() const noexcept {
  // In this order, so that the difference is never negative.
  const std::uint64_t freed = SharedWord{header_->freed}.load(std::memory_order_acquire);
  const std::uint64_t next = SharedWord{header_->next}.load(std::memory_order_acquire);
  return std::min<std::uint64_t>(next - freed, capacity());
}

RingCounts RequestRing::counts() const noexcept {
  return {.visits = SharedWord{header_->visits}.load(std::memory_order_relaxed),
          .visits_lost = SharedWord{header_->visits_lost}.load(std::memory_order_relaxed),
          .lines_lost = SharedWord{header_->lines_lost}.load(std::memory_order_relaxed)};
}

}  // namespace curt::visits
