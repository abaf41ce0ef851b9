#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "curt/base/async.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/logged_outage.hpp"
#include "curt/links/link_store.hpp"

namespace curt::links {

/// Whether looks at the outbox have failed for long although the store answers: then others may go on to
/// change links, which goes unseen. For one thread but for stands(); the store must outlive it.
class Blindness {
 public:
  explicit Blindness(LinkStore& store) noexcept : store_(store) {}

  /// Whether it stands. On any thread.
  [[nodiscard]] bool stands() const noexcept { return stands_; }

  /// A look that began then has failed; whether the blindness begins with it.
  awaitable<bool> look_failed(SteadyTime began, std::string why);

  /// A look has succeeded; whether the blindness ends with it.
  bool look_succeeded() noexcept;

 private:
  LinkStore& store_;
  std::atomic<bool> stands_{false};
  std::optional<SteadyTime> since_;  ///< when the first look that failed since the last success began
  LoggedOutage outage_{"changes of links cannot be followed, although the database answers",
                       "changes of links are followed again"};
};

}  // namespace curt::links
