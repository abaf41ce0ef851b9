#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include "curt/domain/error.hpp"

#include "visits/spool/file.hpp"

namespace curt::visits {

/// What a spool has to know beyond the files that it still has. Written as it lies in memory: it never leaves
/// the machine.
struct SpoolFacts {
  static constexpr std::size_t kMostRings = 256;
  static constexpr std::size_t kMostRemoved = 64;

  std::uint64_t dropped = 0;       ///< visits of batches that were lost, in segments that are gone
  std::uint64_t undetailed = 0;    ///< visits whose details were given up
  std::uint64_t appended = 0;      ///< visits of all batches in segments that are gone
  std::uint64_t details_from = 0;  ///< segments before this one have no details any more
  std::uint64_t next_segment = 0;  ///< numbers below were given already
  std::array<std::uint64_t, kMostRings> through{};  ///< positions of each ring that were appended
  /// Numbers, plus one, of segments that are counted as gone above and whose files may still be there.
  std::array<std::uint64_t, kMostRemoved> removed{};
};

/// Keeps the facts in a file of three places. A save never writes the place that is known to be on the disk,
/// nor the one that is being synced or, without that, the last one: a place is whole whenever the process
/// ends or the power is lost. Its space is taken when it is made: a full disk never keeps the spool from
/// shrinking.
class SpoolState {
 public:
  /// Opens the file or makes it; the facts that it has are on the disk then. One that is there and damaged
  /// gives the facts of an empty spool, with a line in the log.
  [[nodiscard]] static result<SpoolState> open(const std::filesystem::path& file);

  SpoolFacts facts;

  /// Writes the facts as they are now.
  [[nodiscard]] result<void> save();

  /// Waits until what was saved is on the disk; errno, or 0. May be called beside save(), between
  /// begin_sync() and end_sync(), which may not.
  [[nodiscard]] int sync() const noexcept { return file_.sync(); }
  void begin_sync() noexcept { syncing_ = last_; }
  void end_sync(int error) noexcept {
    if (error == 0) synced_ = *syncing_;
    syncing_.reset();
  }

 private:
  [[nodiscard]] std::size_t free_place() const noexcept;

  SpoolState(std::filesystem::path path, File file) : path_(std::move(path)), file_(std::move(file)) {}

  std::filesystem::path path_;
  File file_;
  std::uint64_t version_ = 0;           ///< number of the last save
  std::size_t last_ = 0;                ///< its place
  std::size_t synced_ = 0;              ///< the place that is on the disk for certain
  std::optional<std::size_t> syncing_;  ///< the place that is to be there when the sync is done
};

}  // namespace curt::visits
