#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "curt/base/timestamp.hpp"
#include "curt/visits/batch/batch_sink.hpp"
#include "curt/visits/fault_point.hpp"

namespace curt::visits {

class SpoolSegment;
class SpoolState;

struct SpoolOptions {
  std::uint64_t bytes = 1U << 30U;        ///< room on the disk
  std::uint64_t segment_bytes = 0;        ///< size at which the next segment begins; 0: derived from `bytes`
  std::chrono::milliseconds idle{2'000};  ///< a segment in use is removed when this long all is settled
  FaultPoint fault_point;
};

/// Where a batch lies in the spool. Ascends in the order of appending.
struct SpoolPosition {
  std::uint64_t segment = 0;
  std::uint64_t index = 0;

  [[nodiscard]] SpoolPosition next() const noexcept { return {segment, index + 1}; }
  friend auto operator<=>(const SpoolPosition&, const SpoolPosition&) = default;
};

/// A batch as the spool gives it back; its bytes are not checked.
struct SpooledBatch {
  SpoolPosition position;
  EncodedBatch batch;
};

/// How full the spool is, and what was lost in it ever.
struct SpoolFigures {
  std::uint64_t bytes = 0;          ///< on the disk
  std::uint64_t batches = 0;        ///< not settled
  std::uint64_t visits = 0;         ///< in the batches that are not settled
  std::uint64_t appended = 0;       ///< visits in all batches ever
  std::uint64_t dropped = 0;        ///< visits lost in damaged files, as far as they can be told
  std::uint64_t undetailed = 0;     ///< visits whose details were given up or lost
  std::optional<Timestamp> oldest;  ///< when the oldest batch began that is not settled
};

/// The batches of one epoch, in files, until the database has them. What was appended outlives the process;
/// what was given back also outlives a loss of power. Bounded: above its room the oldest batches keep their
/// counts only, and when no details are left to give up, append refuses. Thread-safe; all but figures() may
/// wait for the disk.
class Spool final : public BatchSink {
 public:
  /// Opens what is in the folder, which is made if it is not there. Everything in it counts as not settled.
  [[nodiscard]] static result<std::unique_ptr<Spool>> open(const std::filesystem::path& folder, EpochId epoch,
                                                           SpoolOptions options);
  ~Spool() override;

  /// A batch that the spool had before is taken again without a second copy. `unavailable` where there is no
  /// room or the disk fails.
  result<void> append(const EncodedBatch& batch) override;
  [[nodiscard]] std::uint64_t appended_through(std::uint16_t ring) const override;

  /// The batch at this position; nothing if it is settled, or lost since the disk cannot read it.
  /// `unavailable` where it cannot be read or synced for now.
  [[nodiscard]] result<std::optional<SpooledBatch>> read_one(SpoolPosition position);

  /// Batches from this position on that are not settled, in order; up to `limit`, fewer where they are large.
  /// Their counts are on the disk then. Those that the disk cannot read are left out: their visits count as
  /// dropped, with a line in the log. `unavailable` where they cannot be read or synced for now.
  [[nodiscard]] result<std::vector<SpooledBatch>> read(SpoolPosition from, std::size_t limit);

  /// These batches are in the database, or given up there. A segment is removed with its last batch, once
  /// that it was there is noted on the disk.
  void settle(std::span<const SpoolPosition> positions);

  /// This batch cannot be read back: its visits count as dropped.
  void lose(SpoolPosition position);

  /// Removes the segment in use if all of it is settled and nothing came for the idle time, or at once.
  enum class Tidy { when_idle, now };
  void tidy(Tidy when);

  /// The position below which all batches of this ring are settled and none of them is kept.
  [[nodiscard]] std::uint64_t confirmed(std::uint16_t ring) const;

  /// Rings that ever had a batch.
  [[nodiscard]] std::vector<std::uint16_t> rings() const;

  [[nodiscard]] SpoolFigures figures() const;

 private:
  using Segments = std::vector<std::unique_ptr<SpoolSegment>>;

  Spool(std::filesystem::path folder, EpochId epoch, SpoolState state, SpoolOptions options);

  [[nodiscard]] result<void> recover();
  /// Makes room for so many more bytes; false if that is impossible.
  [[nodiscard]] bool make_room(std::uint64_t more);
  [[nodiscard]] bool give_up_oldest_details();
  [[nodiscard]] SpoolSegment& segment_to_write();
  void seal_current() noexcept;
  /// Notes that all segments that are settled are to go, except the one in use.
  void note_settled();
  /// Removes their files when the note is on the disk. Unlocks meanwhile.
  void remove_noted(std::unique_lock<std::mutex>& lock);
  /// Brings the counts of these batches to the disk, and leaves out those that are lost meanwhile. Unlocks
  /// while it waits, so that append() never does.
  [[nodiscard]] result<void> sync(std::vector<SpooledBatch>& batches, std::unique_lock<std::mutex>& lock);
  /// The disk cannot read what it was to write once more.
  void lose_unsynced(SpoolSegment& segment);
  [[nodiscard]] Segments::const_iterator at(std::uint64_t number) const;
  [[nodiscard]] SpoolSegment* find(SpoolPosition position) const;
  /// Nothing where the disk cannot read it, which loses it.
  [[nodiscard]] std::optional<SpooledBatch> read_frame(SpoolSegment& segment, std::size_t index) const;
  enum class More { yes, no };  ///< whether the next segment is to be read as well
  [[nodiscard]] More read_segment(SpoolSegment& segment, std::size_t from, std::size_t limit,
                                  std::vector<SpooledBatch>& found);
  /// What it takes of its room. Files that are about to be removed are left out, unless that failed.
  [[nodiscard]] std::uint64_t bytes() const;
  void update_figures();

  const std::filesystem::path folder_;
  const EpochId epoch_;
  const SpoolOptions options_;

  std::mutex turn_;           ///< taken before mutex_ by all that may wait for a sync
  mutable std::mutex mutex_;  ///< guards all that follows; held while files are written and read
  std::unique_ptr<SpoolState> state_;
  Segments segments_;                ///< by number
  Segments noted_;                   ///< are to be removed, and noted as gone
  bool removal_failed_ = false;      ///< of those, and the log says so
  SpoolSegment* current_ = nullptr;  ///< the last one, if it can be appended to
  SpoolSegment* reading_ = nullptr;  ///< has files open besides the current one
  std::chrono::steady_clock::time_point appended_at_;

  mutable std::mutex figures_mutex_;  ///< never held for long
  SpoolFigures figures_;
};

}  // namespace curt::visits
