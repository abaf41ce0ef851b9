#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "curt/base/async.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/suspend_until.hpp"
#include "curt/domain/error.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::links {

/// The readings of the lower layers that are under way: one for a code, however many ask for it. Thread-safe.
class Flights {
 public:
  /// What a reading ended with; nothing tells one waiter to read in place of the leader, for all who still
  /// wait.
  using Landing = std::optional<result<CacheEntry>>;

  /// One reading that several may wait for.
  class Flight {
   public:
    explicit Flight(Deadline::clock::time_point began) : began_(began) {}

    [[nodiscard]] Deadline::clock::time_point began() const noexcept { return began_; }

   private:
    friend class Flights;

    /// A caller that waits.
    struct Waiter {
      Deadline deadline;
      bool may_lead = false;
      TimedCompletion<Landing> wake;
    };

    const Deadline::clock::time_point began_;
    std::deque<Waiter> waiting_;
    Landing landed_;  ///< for those who come between its end and its removal
  };
  using Handle = std::shared_ptr<Flight>;

  /// A caller's place in the reading of a code.
  struct Seat {
    Handle flight;
    bool leads = false;  ///< whether the caller has begun it, and is to land it
  };

  /// Joins the reading of the code, or begins one.
  [[nodiscard]] Seat board(const ShortCode& code);

  /// Whether a caller takes over a reading that failed for its leader alone.
  enum class Role { heir, passenger };

  /// Waits for the reading to end: nothing if the caller's time is over before. Resumes on the caller's
  /// thread.
  awaitable<std::optional<Landing>> wait(Handle flight, Deadline deadline, Role role);

  /// Tells all who wait how the reading ended. Where it failed for its leader alone, the first heir that has
  /// time left is told to read in its place.
  void land(const ShortCode& code, const Handle& flight, const result<CacheEntry>& entry);

  /// Whether another caller may fare better: the leader's time is over, or its client has its share of a
  /// queue.
  [[nodiscard]] static bool fails_leader_alone(const result<CacheEntry>& entry) noexcept;

  /// Later callers read the code anew.
  void detach(const ShortCode& code);
  void detach_all();

  /// Whether board() would join a reading.
  [[nodiscard]] bool is_under_way(const ShortCode& code) const;

 private:
  void add(Flight& flight, Flight::Waiter waiter);
  bool pass_on(Flight& flight);

  mutable std::mutex mutex_;
  std::unordered_map<ShortCode, Handle> flights_;
};

}  // namespace curt::links
