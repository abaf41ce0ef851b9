#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "curt/base/clock.hpp"
#include "curt/limits/gcra.hpp"
#include "curt/limits/subject.hpp"

#include "limits/client_table.hpp"

namespace curt::limits {

/// How far budgets are used up that are charged after the request, as far as this process knows: by what it
/// charged itself, and by what Redis answered to its last charge. Requests are let in or refused by that, so
/// that no request waits for Redis. Takes 2 MiB. Thread-safe.
///
/// Many requests of a client may be under way at once. Until the cost of a request is known, it counts as if
/// it were charged already; otherwise a client with a thousand connections would get a thousand requests in
/// each time that one is allowed. A client whose requests under way and charged are together within the quota
/// is refused nothing.
///
/// Some requests are not counted while they are under way: those for which the table has no place, and those
/// that several instances let in at once. What these cost beyond the quota is owed: the level of a budget may
/// rise to most_owed().
class KnownLevels {
 public:
  static constexpr std::size_t kPlaces = 65'536;

  /// A request ends within this time, by its deadline. One that was counted and has not ended since was lost
  /// and is no longer counted.
  static constexpr std::chrono::minutes kLongestRequest{2};

  explicit KnownLevels(std::uint64_t seed, std::size_t places = kPlaces) : table_(places, seed) {}

  /// Tells which of the requests under way a request belongs to, so that its end is taken from no other ones.
  using Epoch = std::uint32_t;
  static constexpr Epoch kNotCounted = 0;

  struct Entry {
    Ticks refused_for{};        ///< zero: the request is let in
    Epoch epoch = kNotCounted;  ///< of a request that counts as under way; spare() or charge() ends that
  };

  [[nodiscard]] Entry enter(const Policy& policy, const Subject& who, SteadyTime now);

  /// How long requests are refused, by those that were charged. For requests that never wait: of these no
  /// more are under way than there are cores, and they need not be counted.
  [[nodiscard]] Ticks refused_for(const Policy& policy, const Subject& who, SteadyTime now);

  /// The request is over and costs nothing.
  void spare(const Policy& policy, const Subject& who, Epoch epoch);

  /// The request is over and is charged.
  void charge(const Policy& policy, const Subject& who, Epoch epoch, SteadyTime now);

  /// Elsewhere the level is known to be this one now.
  void learn(const Policy& policy, const Subject& who, Ticks level, SteadyTime now);

  /// How many budgets are known not to be whole.
  [[nodiscard]] std::size_t size(SteadyTime now) const;

 private:
  ClientTable table_;
};

}  // namespace curt::limits
