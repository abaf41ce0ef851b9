#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
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

/// Keeps the facts in a file of two places which are written in turn, so that one is whole whenever the
/// process ends. Its space is taken when it is made: a full disk never keeps the spool from shrinking.
class SpoolState {
 public:
  /// Opens the file or makes it. One that is there and damaged gives the facts of an empty spool, with a line
  /// in the log.
  [[nodiscard]] static result<SpoolState> open(const std::filesystem::path& file);

  SpoolFacts facts;

  /// Writes the facts as they are now.
  [[nodiscard]] result<void> save();

  /// Waits until what was saved is on the disk; errno, or 0. May be called beside save().
  [[nodiscard]] int sync() const noexcept { return file_.sync(); }

 private:
  SpoolState(std::filesystem::path path, File file) : path_(std::move(path)), file_(std::move(file)) {}

  std::filesystem::path path_;
  File file_;
  std::uint64_t version_ = 0;  ///< number of the last save; tells which place is next
};

}  // namespace curt::visits
