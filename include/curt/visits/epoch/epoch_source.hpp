#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "curt/base/timestamp.hpp"
#include "curt/visits/batch/epoch_id.hpp"
#include "curt/visits/spool/spool.hpp"

namespace curt::visits {

/// Totals over the rings of an epoch: what they took and lost, and what is not in the spool yet.
struct RingTotals {
  std::uint64_t accepted = 0;
  std::uint64_t dropped = 0;
  std::optional<Timestamp> pending_since;  ///< the oldest visit that is not in the spool
};

/// An epoch whose visits this process delivers: its own, or one that an ended process left.
class EpochSource {
 public:
  EpochSource(EpochId id, std::string host, Timestamp opened_at, std::unique_ptr<Spool> spool)
      : id_(id), host_(std::move(host)), opened_at_(opened_at), spool_(std::move(spool)) {}
  virtual ~EpochSource() = default;
  EpochSource(const EpochSource&) = delete;
  EpochSource& operator=(const EpochSource&) = delete;

  [[nodiscard]] const EpochId& id() const noexcept { return id_; }
  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  [[nodiscard]] Timestamp opened_at() const noexcept { return opened_at_; }
  [[nodiscard]] Spool& spool() const noexcept { return *spool_; }

  /// On any thread.
  [[nodiscard]] virtual RingTotals ring_totals() const = 0;

  // On the forwarder's thread.

  /// Whether all that the epoch will ever have is in the spool. May bring it there.
  [[nodiscard]] virtual bool is_drained() = 0;

  /// Everything is in the database; what becomes of the epoch now.
  enum class End {
    close,  ///< it is complete: its folder may go
    leave,  ///< something of it was lost unseen: it is not told to be closed, and stays unaccounted
  };
  [[nodiscard]] virtual End end() const = 0;

  /// The database knows of the end: what is left on the disk may go.
  virtual void remove() = 0;

 private:
  EpochId id_;
  std::string host_;
  Timestamp opened_at_;
  std::unique_ptr<Spool> spool_;
};

}  // namespace curt::visits
