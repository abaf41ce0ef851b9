#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/deadline.hpp"
#include "curt/visits/batch/batch.hpp"

namespace curt::visits {

/// An entry of the stream: one batch on its way to a worker.
struct StreamEntry {
  std::string entry;           ///< the stream's own name for it
  std::string encoded_counts;  ///< as in EncodedBatch; not checked
  std::string encoded_details;
  std::uint64_t deliveries = 1;  ///< how often a worker was given it, this time included
};

/// A queue of batches that instances share and from which workers take turns: each entry is given to one
/// worker until that worker acknowledges it or has been silent for too long. Calls resume on the caller's
/// thread. A call returns nothing (or false) if the stream did not answer within its timeout; the command may
/// or may not have taken effect.
class VisitStream {
 public:
  virtual ~VisitStream() = default;

  /// Appends a batch; returns the entry's name.
  virtual awaitable<std::optional<std::string>> append(EncodedBatch batch) = 0;

  /// How much is in it, taken by a worker or not. Nothing is said of memory that the server does not tell.
  struct Length {
    std::uint64_t entries = 0;
    std::optional<std::uint64_t> bytes;         ///< of memory that the entries take
    std::optional<std::uint64_t> memory_limit;  ///< of the whole server, in bytes; nothing if there is none
  };
  virtual awaitable<std::optional<Length>> length() = 0;

  /// For each of these entries, whether it is still there.
  virtual awaitable<std::optional<std::vector<bool>>> present(std::vector<std::string> entries) = 0;

  /// Up to `limit` entries for this worker: first those that another worker took longer than
  /// `abandoned_after` ago and did not acknowledge, then new ones. Empty if there are none now.
  virtual awaitable<std::optional<std::vector<StreamEntry>>> take(
      std::string worker, std::size_t limit, std::chrono::milliseconds abandoned_after) = 0;

  /// These entries are done with: acknowledges and deletes them.
  virtual awaitable<bool> finish(std::vector<std::string> entries) = 0;

  /// Puts the entry aside, with the reason, for the operator to look at, and deletes it here.
  virtual awaitable<bool> bury(StreamEntry entry, std::string reason) = 0;

  /// This worker takes nothing more: forgets its name, unless entries are still given to it, which fall to
  /// others by that name.
  virtual awaitable<bool> leave(std::string worker) = 0;

  /// Forgets workers of which nothing was heard for so long and to which no entries are given; how many. One
  /// of them that comes back is known again by the entries that it takes.
  virtual awaitable<std::optional<std::uint64_t>> forget_idle(std::chrono::milliseconds idle) = 0;

  /// How the workers do: entries that no worker took yet, those taken and not acknowledged, and those put
  /// aside.
  struct Lag {
    std::uint64_t waiting = 0;
    std::uint64_t taken = 0;
    std::uint64_t buried = 0;
  };
  virtual awaitable<std::optional<Lag>> lag() = 0;
};

}  // namespace curt::visits
