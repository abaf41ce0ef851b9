#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "curt/visits/batch/batch_sink.hpp"

namespace curt::visits::test {

/// Keeps what it is given, and fails on demand. Thread-safe.
class FakeBatchSink final : public BatchSink {
 public:
  result<void> append(const EncodedBatch& batch) override {
    const std::lock_guard lock{mutex_};
    ++attempts_;
    if (failing_) return Error{.code = ErrorCode::unavailable, .detail = "no room"};
    auto decoded = decode(batch.encoded_counts, batch.encoded_details);
    if (!decoded || decoded->id != batch.id || decoded->visits() != batch.visits) {
      ++broken_;
      return {};
    }
    batches_.push_back(std::move(*decoded));
    through_[batch.id.ring] = batch.id.end();
    return {};
  }

  [[nodiscard]] std::uint64_t appended_through(std::uint16_t ring) const override {
    const std::lock_guard lock{mutex_};
    const auto found = through_.find(ring);
    return found == through_.end() ? 0 : found->second;
  }

  void fail(bool failing) {
    const std::lock_guard lock{mutex_};
    failing_ = failing;
  }
  [[nodiscard]] std::uint64_t attempts() const {
    const std::lock_guard lock{mutex_};
    return attempts_;
  }
  /// Batches that were not what they said.
  [[nodiscard]] std::uint64_t broken() const {
    const std::lock_guard lock{mutex_};
    return broken_;
  }
  [[nodiscard]] std::vector<Batch> batches() const {
    const std::lock_guard lock{mutex_};
    return batches_;
  }
  /// How often each code was visited.
  [[nodiscard]] std::map<std::string, std::uint64_t> visits() const {
    std::map<std::string, std::uint64_t> all;
    for (const Batch& batch : batches()) {
      for (const VisitCount& count : batch.counts) {
        all[std::string{count.code.view()}] += std::uint64_t{count.humans} + count.bots;
      }
    }
    return all;
  }
  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t all = 0;
    for (const Batch& batch : batches()) all += batch.visits();
    return all;
  }

 private:
  mutable std::mutex mutex_;
  bool failing_ = false;
  std::uint64_t attempts_ = 0;
  std::uint64_t broken_ = 0;
  std::vector<Batch> batches_;
  std::map<std::uint16_t, std::uint64_t> through_;
};

}  // namespace curt::visits::test
