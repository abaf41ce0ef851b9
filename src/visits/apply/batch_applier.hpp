#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/metrics.hpp"
#include "curt/domain/error.hpp"
#include "curt/visits/batch/batch.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// What became of encoded batches that were to be applied.
enum class Fate : std::uint8_t {
  waiting,      ///< the database could not be asked, or has not answered
  applied,      ///< counted now
  replayed,     ///< settled before
  undecodable,  ///< the counts are not what encode() makes
  refused,      ///< the database refuses it even alone and without its details
};

struct BatchFate {
  Fate fate = Fate::waiting;
  std::optional<BatchHead> head;  ///< nothing where even that cannot be read
  std::string reason;             ///< why it is undecodable or refused
};

struct ApplyOutcome {
  std::vector<BatchFate> fates;  ///< one per batch
  std::optional<Error> error;    ///< the database's, if some are waiting
};

/// Applies encoded batches: together, and one by one where the database refuses one of them. Details that are
/// damaged or refused are left out rather than lose the counts. For one thread.
class BatchApplier {
 public:
  /// An encoded batch in the caller's memory.
  struct Bytes {
    std::string_view counts;
    std::string_view details;
  };

  /// `by` labels the metrics: forwarder or worker. `store` and `metrics` must outlive the applier.
  BatchApplier(VisitStore& store, Metrics& metrics, const std::string& by);

  awaitable<ApplyOutcome> apply(std::vector<Bytes> batches, Deadline deadline);

  /// Gives up what is undecodable or refused, so that its id counts as settled; nothing is done without a
  /// head.
  awaitable<result<void>> give_up(BatchFate fate, Deadline deadline);

 private:
  awaitable<std::optional<Error>> apply_together(const std::vector<Bytes>& batches, ApplyOutcome& outcome,
                                                 Deadline deadline);
  awaitable<std::optional<Error>> apply_alone(Bytes bytes, BatchFate& fate, Deadline deadline);
  awaitable<result<std::vector<Applied>>> call(std::vector<Batch> batches, Deadline deadline);
  void count(BatchFate& fate, Applied applied);

  VisitStore& store_;
  Counter applied_;
  Counter replayed_;
  Counter given_up_;
  Counter visits_;
  Histogram seconds_;
};

}  // namespace curt::visits
