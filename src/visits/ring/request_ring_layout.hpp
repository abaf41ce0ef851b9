#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "curt/visits/ring/request_ring.hpp"

// The layout of a ring's file: one page of header, then the slots. In the byte order of the machine, which is
// also the one that recovers it.

namespace curt::visits {

inline constexpr std::array<char, 8> kRingMagic{'c', 'u', 'r', 't', 'r', 'i', 'n', 'g'};
inline constexpr std::uint32_t kRingVersion = 1;
inline constexpr std::size_t kRingHeaderBytes = 4096;
inline constexpr std::size_t kRingSlotBytes = 1024;
inline constexpr std::size_t kRingTextBytes = kRingSlotBytes - 52;
inline constexpr std::uint64_t kMostRingRecords = 1ULL << 24U;

/// A bit of Slot::use: a key's id follows the texts. Earlier releases neither set it nor look at it, so that
/// they and this one read each other's rings.
inline constexpr std::uint8_t kHasKey = 128;

/// Each side writes on lines of its own; two, since processors fetch them in pairs.
struct RequestRing::Header {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t slot_bytes;
  std::uint64_t records;
  // Written by the reader.
  alignas(128) std::uint64_t freed;
  // Written by the thread that pushes.
  alignas(128) std::uint64_t next;
  std::uint64_t visits;
  std::uint64_t visits_lost;
  std::uint64_t lines_lost;
};

/// The texts follow each other without gaps, so that a usual record touches four cache lines rather than one
/// per text.
struct alignas(64) RequestRing::Slot {
  std::uint64_t sequence;  ///< position + 1 of the record that is complete here; written last
  std::int64_t at;
  std::int64_t version;
  std::uint64_t visits;  ///< taken by the ring up to this record, so that the count is exact after SIGKILL
  std::uint32_t microseconds;
  std::uint32_t bytes;
  std::uint16_t status;
  std::uint16_t path_size;
  std::uint8_t use;
  std::uint8_t method;
  std::uint8_t route;
  std::uint8_t code_size;
  std::uint8_t client_size;
  std::uint8_t request_id_size;
  std::uint8_t referrer_size;
  std::uint8_t user_agent_size;
  std::array<char, kRingTextBytes> texts;
};
static_assert(RequestRecord::kMaxCode + RequestRecord::kMaxClient + RequestRecord::kMaxRequestId +
                  RequestRecord::kMaxPath + RequestRecord::kMaxReferrer + RequestRecord::kMaxUserAgent +
                  RequestRecord::kKeyLength <=
              kRingTextBytes);
static_assert(RequestRecord::kMaxReferrer < 256 && RequestRecord::kMaxUserAgent < 256);

/// A word of the file that both sides, or other threads, look at.
using SharedWord = std::atomic_ref<std::uint64_t>;
static_assert(SharedWord::is_always_lock_free);

}  // namespace curt::visits
