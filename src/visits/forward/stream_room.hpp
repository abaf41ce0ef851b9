#pragma once

#include <cstdint>
#include <optional>

#include "curt/visits/batch/batch.hpp"
#include "curt/visits/visit_stream.hpp"

namespace curt::visits {

/// How much more the stream may hold: what it said last, and what was appended since. It is bounded in
/// entries and in bytes, and by a quarter of the server's memory, as that server is the cache of links too.
/// Other processes append at the same time, which is why each takes only a part of what is left before it
/// asks again. An empty stream has room for one batch of any size. For one thread.
class StreamRoom {
 public:
  StreamRoom(std::uint64_t most_entries, std::uint64_t most_bytes) noexcept
      : most_entries_(most_entries), most_bytes_(most_bytes) {}

  void was_told(const VisitStream::Length& length) noexcept;

  /// The stream took this batch.
  void took(const EncodedBatch& batch) noexcept;

  [[nodiscard]] bool has_room_for(const EncodedBatch& batch) noexcept;

  /// How many batches there is room for, if they are as large as the last one that was asked about.
  [[nodiscard]] std::uint64_t batches() const noexcept;

  /// Whether so much was appended since the stream was asked that it is to be asked again: a sixteenth of
  /// what was left, so that sixteen processes with much to deliver do not pass the bounds together.
  [[nodiscard]] bool is_stale() const noexcept;

  [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

  /// Bytes that the entries take. Where the stream does not tell, all entries count as large as those that
  /// this process appended lately.
  [[nodiscard]] std::uint64_t bytes() const noexcept;

 private:
  /// What is left of each bound.
  struct Left {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] Left left() const noexcept;

  std::uint64_t most_entries_;
  std::uint64_t most_bytes_;
  std::uint64_t entries_ = 0;
  std::optional<std::uint64_t> bytes_;  ///< absent where the stream does not tell
  std::optional<std::uint64_t> memory_limit_;
  Left left_when_told_;
  bool took_ = false;       ///< since it was told
  double usual_ = 0;        ///< bytes of an entry, a running mean; 0: not known yet
  std::uint64_t next_ = 0;  ///< bytes of the last batch that was asked about
};

}  // namespace curt::visits
