#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "curt/visits/batch/batch.hpp"
#include "curt/visits/batch/visit_ip.hpp"
#include "curt/visits/ring/request_record.hpp"

namespace curt::visits {

/// The limits at which a batch is closed, whichever is reached first, and what it keeps.
struct BatcherOptions {
  std::uint32_t visits = 1000;
  std::size_t detail_bytes = 256 * 1024;  ///< encoded
  std::chrono::milliseconds age{500};     ///< since its first visit was added
  bool details = true;                    ///< else counts only
  VisitIp visit_ip = VisitIp::truncate;
};

/// Gathers the visits of one ring into batches, encoded as they come. Allocates nothing for a visit once it
/// has seen a full batch. For one thread.
class Batcher {
 public:
  using clock = std::chrono::steady_clock;

  Batcher(EpochId epoch, std::uint16_t ring, BatcherOptions options);
  ~Batcher();
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  /// Adds the visit at this position, which is after all earlier ones. Details are kept unless the record is
  /// private. The record's code must be valid.
  void add(std::uint64_t position, const RequestRecord& record, bool bot, clock::time_point now);

  /// Whether nothing was added since the last close.
  [[nodiscard]] bool empty() const noexcept { return visits_ == 0; }
  /// Whether it is time to close, because of its size.
  [[nodiscard]] bool full() const noexcept;
  /// Whether it is time to close, because of its size or age.
  [[nodiscard]] bool due(clock::time_point now) const noexcept;

  /// Position and time of the first visit since the last close; meaningless while empty().
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] Timestamp begun_at() const noexcept { return begun_at_; }

  /// The batch of what was added since the last close, which must not be empty(); starts the next one.
  [[nodiscard]] EncodedBatch close();

 private:
  struct Contents;

  VisitCount& count_of(std::string_view code, std::int64_t hour);

  EpochId epoch_;
  std::uint16_t ring_;
  BatcherOptions options_;
  std::uint32_t visits_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  Timestamp begun_at_;
  clock::time_point opened_;
  std::unique_ptr<Contents> contents_;
};

}  // namespace curt::visits
