#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "curt/base/async.hpp"
#include "curt/base/clock.hpp"
#include "curt/links/announcer.hpp"
#include "curt/links/doubt.hpp"
#include "curt/links/outbox.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::links {

/// Which server the shared cache is, and whether that is the one believed, as the outbox says for all
/// instances. Another one, failed over or started from an old snapshot, is emptied before it is believed. For
/// one thread; what it is given must outlive it.
class Belief {
 public:
  struct Parts {
    Outbox& outbox;
    SharedLinkCache& shared;
    Announcer& announcer;
    Doubt& doubt;
    const Clock& clock;
  };

  explicit Belief(const Parts& parts);

  /// What came of asking the shared cache who it is.
  struct Finding {
    bool is_known = false;
    bool is_believed = false;  ///< it is the one that the view of the outbox names
    bool has_changed = false;  ///< it was another one when it was asked before
  };

  /// Asks it.
  awaitable<Finding> ask(const OutboxView& view);

  /// A look that began then has found it to be believed and to miss nothing.
  void found_clean(SteadyTime look_began);

  /// Where the store is away: asks whether it is still the one that was clean last, and tells the doubt.
  awaitable<void> recognise();

  /// Whether the one that was found last, and is not believed, is to be emptied now; a look that began then
  /// has found that. Not at once where another instance has had another server believed meanwhile.
  [[nodiscard]] bool may_change(SteadyTime look_began);

  /// Empties it and has it believed; `instead_of` is what the outbox names.
  awaitable<void> change(std::string instead_of);

  /// What is believed if it is the one that was found last; empty at first.
  [[nodiscard]] const std::string& identity() const noexcept { return identity_; }

  /// Announcer::era() when it was found.
  [[nodiscard]] std::uint64_t era() const noexcept { return era_; }

 private:
  awaitable<SharedIdentity> identify();

  const Parts parts_;
  const std::string name_;    ///< of this process among those who empty a shared cache
  std::string server_;        ///< as it was found last
  std::string clean_server_;  ///< the same of the last clean look
  std::string identity_;      ///< server_ and the history of the database
  std::uint64_t era_ = 0;
  std::string ours_;                         ///< what this instance had believed last
  std::optional<SteadyTime> changed_at_;     ///< when it had; nothing once that was of no avail
  std::chrono::milliseconds pause_{};        ///< grows while others have another one believed
  SteadyTime change_at_{SteadyTime::min()};  ///< not sooner
  bool untold_is_logged_ = false;
  bool quarrel_is_logged_ = false;
};

}  // namespace curt::links
