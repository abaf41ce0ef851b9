#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"
#include "curt/visits/batch/batch.hpp"
#include "curt/visits/fault_point.hpp"

#include "visits/spool/file.hpp"

namespace curt::visits {

/// A batch in a segment: what is kept in memory of it.
struct SpoolFrame {
  std::uint64_t first = 0;
  std::uint32_t positions = 0;
  std::uint32_t visits = 0;
  std::uint16_t ring = 0;
  bool settled = false;
  Timestamp begun_at;
  std::uint64_t counts_at = 0;   ///< where its counts begin in their file
  std::uint64_t details_at = 0;  ///< where its details begin in theirs; written before the counts
  std::uint32_t counts_bytes = 0;
  std::uint32_t details_bytes = 0;  ///< 0: it has none, or none any more
};

/// A part of the spool: `<number>.counts` with one frame per batch (a header with lengths and a checksum,
/// then the encoded counts) and `<number>.details` with the encoded details, which the headers point into.
/// For one thread at a time.
class SpoolSegment {
 public:
  SpoolSegment(std::filesystem::path folder, std::uint64_t number);

  enum class Details { kept, given_up };

  /// Reads what an earlier process left. A torn end is cut off, with a line in the log: the ring still has
  /// that batch. A frame that is damaged is skipped and its visits count as dropped; details that are missing
  /// although they were not given up, as undetailed. What the disk cannot read is lost; frames after it are
  /// found.
  [[nodiscard]] result<void> recover(const EpochId& epoch, Details details, const FaultPoint& point);

  /// Writes the batch after the others. On an error both files are as they were, or is_sealed().
  [[nodiscard]] result<void> append(const EncodedBatch& batch, const FaultPoint& point);

  /// Nothing more is to be appended, and the files are opened as they are read.
  void seal() noexcept;
  [[nodiscard]] bool is_sealed() const noexcept { return sealed_; }

  /// The encoded counts of a frame; too short where the file is. Nothing where the disk cannot read them, and
  /// the file is set aside in the end. Throws where it cannot be read now.
  [[nodiscard]] std::optional<std::string> counts_of(const SpoolFrame& frame);
  [[nodiscard]] std::optional<std::string> details_of(const SpoolFrame& frame);

  /// Whether the counts of this frame are known to be on the disk.
  [[nodiscard]] bool is_synced(std::size_t index) const noexcept;
  /// A descriptor to sync, without holding up append(), all counts that are there now. After a sync that
  /// failed they are written once more first. Nothing where that cannot be, as the disk cannot read them or
  /// the file is gone; it is set aside in the end.
  [[nodiscard]] result<std::optional<File>> counts_to_sync(const FaultPoint& point);
  /// That descriptor was synced when the file had this many bytes, and then the folder.
  void synced(std::uint64_t size) noexcept { synced_size_ = std::max(synced_size_, size); }
  [[nodiscard]] bool is_name_synced() const noexcept { return synced_size_ > 0; }
  void sync_failed() noexcept { sync_failed_ = true; }

  /// Closes what was opened to read a sealed segment; it is opened again when needed.
  void close() noexcept;

  /// Marks a frame as settled.
  void settle(std::size_t index);

  /// The visits of this frame are dropped; it counts as settled.
  void lose(std::size_t index);

  /// Loses the frames that are not settled and not known to be on the disk.
  void lose_unsynced();

  /// This frame has no details any more; its visits are undetailed.
  void give_up_details(std::size_t index);

  /// Removes the file of details.
  void give_up_details();

  /// Removes both files. One that the disk could not read is renamed to `….unreadable` instead, for the
  /// operator. An error where one of them is still there.
  [[nodiscard]] result<void> remove();

  /// Its file of this kind: `counts` or `details`.
  [[nodiscard]] std::filesystem::path file(const char* kind) const;

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] const std::vector<SpoolFrame>& frames() const noexcept { return frames_; }
  /// Frames before this one are settled.
  [[nodiscard]] std::size_t first_unsettled() const noexcept { return first_unsettled_; }
  [[nodiscard]] std::size_t unsettled() const noexcept { return unsettled_; }
  [[nodiscard]] std::uint64_t unsettled_visits() const noexcept { return unsettled_visits_; }
  /// Visits of all its frames.
  [[nodiscard]] std::uint64_t visits() const noexcept { return visits_; }
  [[nodiscard]] std::uint64_t counts_bytes() const noexcept { return counts_size_; }
  [[nodiscard]] std::uint64_t details_bytes() const noexcept { return details_size_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return counts_size_ + details_size_; }
  /// The lowest position of each ring that is here.
  [[nodiscard]] const std::map<std::uint16_t, std::uint64_t>& lowest() const noexcept { return lowest_; }

  std::uint64_t dropped = 0;     ///< visits of frames that were damaged, or could not be read later
  std::uint64_t undetailed = 0;  ///< visits whose details are missing
  std::uint64_t damaged = 0;     ///< frames

 private:
  void note(SpoolFrame frame);
  /// One of the two files, and what is known of reading it.
  struct Part {
    const char* kind;
    File file{};
    bool unreadable = false;  ///< in places
  };

  [[nodiscard]] std::optional<std::string> read(Part& from, std::size_t count, std::uint64_t offset) const;
  [[nodiscard]] result<std::string> read_all(const File& counts, std::uint64_t size, const FaultPoint& point);
  [[nodiscard]] result<void> remove(const Part& part) const;
  [[nodiscard]] result<void> open_to_write();
  void scan(const std::string& bytes, const EpochId& epoch);
  void check_details(std::uint64_t size);

  std::filesystem::path folder_;
  std::uint64_t number_;
  Part counts_{.kind = "counts"};
  Part details_{.kind = "details"};
  std::uint64_t counts_size_ = 0;
  std::uint64_t details_size_ = 0;
  std::uint64_t synced_size_ = 0;  ///< counts up to here are on the disk
  bool sync_failed_ = false;       ///< since then none was written once more
  std::vector<SpoolFrame> frames_;
  std::map<std::uint16_t, std::uint64_t> lowest_;
  std::size_t first_unsettled_ = 0;
  std::size_t unsettled_ = 0;
  std::uint64_t unsettled_visits_ = 0;
  std::uint64_t visits_ = 0;
  bool sealed_ = false;
};

}  // namespace curt::visits
