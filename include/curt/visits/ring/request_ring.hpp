#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "curt/domain/error.hpp"
#include "curt/visits/ring/request_record.hpp"

namespace curt::visits {

/// What a ring has taken and lost since it was made.
struct RingCounts {
  std::uint64_t visits = 0;       ///< taken
  std::uint64_t visits_lost = 0;  ///< the ring was full
  std::uint64_t lines_lost = 0;   ///< access lines: the ring was more than three quarters full
};

/// A bounded lock-free queue of records in a file that is mapped into memory, so that what is in it outlives
/// the process (SIGKILL; not a loss of power). One thread pushes, one reads. Records have positions that
/// count from 0 and never start again; the reader frees them in order.
class RequestRing {
 public:
  /// Makes the file, with all its space taken on the disk now, for `records` records (a power of two).
  [[nodiscard]] static result<std::unique_ptr<RequestRing>> create(const std::filesystem::path& file,
                                                                   std::size_t records);

  /// Opens the file that another process left, to read what is in it; no thread pushes to it again. A record
  /// that was being written when that process died is not there. An error's detail says what is wrong with
  /// the file: `invalid_value` where it is missing or damaged, `unavailable` where it cannot be opened for
  /// now.
  [[nodiscard]] static result<std::unique_ptr<RequestRing>> recover(const std::filesystem::path& file);

  ~RequestRing();
  RequestRing(const RequestRing&) = delete;
  RequestRing& operator=(const RequestRing&) = delete;

  /// Copies the record in. Never blocks, allocates or takes a lock. In a ring more than three quarters full
  /// the access line of a record is left out, in a full one the visit too; what is lost is counted. For one
  /// thread.
  void push(const RequestRecord& record) noexcept;

  // What follows is for the one thread that reads.

  /// The first position that was not freed.
  [[nodiscard]] std::uint64_t begin() const noexcept;

  /// The record at this position, from begin() on; false if nothing is there yet. Its texts live until it is
  /// freed.
  [[nodiscard]] bool read(std::uint64_t position, RequestRecord& record) const noexcept;

  /// Begins to load the record at this position into the reader's cache. Only for one that is known to be
  /// there: it would take the slot away from a thread that is about to write it.
  void fetch(std::uint64_t position) const noexcept;

  /// Frees everything before this position.
  void free(std::uint64_t position) noexcept;

  // What follows is for any thread.

  [[nodiscard]] std::size_t capacity() const noexcept;
  /// Approximate number of records in it now.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] RingCounts counts() const noexcept;

 private:
  struct Header;
  struct Slot;

  RequestRing(std::byte* memory, std::size_t bytes);

  std::byte* memory_;
  std::size_t bytes_;
  Header* header_;
  Slot* slots_;
  std::uint64_t mask_;
  // What follows belongs to the thread that pushes, alone on its cache line.
  alignas(64) std::uint64_t next_ = 0;  ///< position of the next push
  std::uint64_t freed_ = 0;             ///< what the reader had freed when it was last looked at
};

}  // namespace curt::visits
