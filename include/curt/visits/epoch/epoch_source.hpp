#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "curt/base/timestamp.hpp"
#include "curt/visits/batch/epoch_id.hpp"
#include "curt/visits/spool/spool.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// Totals over the rings of an epoch: what came, what of it they lost, and what is not in the spool yet.
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

  // What follows is called on the forwarder's thread.

  /// An epoch that an ended process left is told this before all else: what the database has seen of its
  /// rings is not to come into the spool again.
  virtual void skip_seen(const EpochSeen& /*seen*/) {}

  /// Whether all that the epoch will ever have is in the spool. May bring it there.
  [[nodiscard]] virtual bool is_drained() = 0;

  /// How the epoch closes once the database has everything that is left of it.
  enum class Closing {
    complete,    ///< nothing was lost unseen: it is reported as closed
    incomplete,  ///< visits were lost uncounted: it is not reported as closed and stays unaccounted
  };
  [[nodiscard]] virtual Closing closing() const = 0;

  /// The database has the last report: removes what is left on the disk.
  virtual void remove() = 0;

  /// The database has forgotten the epoch: leaves what is on the disk to the operator.
  virtual void leave() {}

 private:
  EpochId id_;
  std::string host_;
  Timestamp opened_at_;
  std::unique_ptr<Spool> spool_;
};

}  // namespace curt::visits
