#include "limits/known_levels.hpp"

#include <algorithm>
#include <limits>

#include "limits/local_limiter.hpp"

namespace curt::limits {
namespace {

using std::chrono::milliseconds;
using Place = ClientTable::Place;

/// Between a refusal because of requests under way and the time to try again: those have ended by then.
constexpr Ticks kSoon = std::chrono::seconds{1};

/// Epochs are named after the milliseconds at which they begin. They repeat after 49 days.
KnownLevels::Epoch epoch_at(SteadyTime now) noexcept {
  const auto since = std::chrono::floor<milliseconds>(now.time_since_epoch());
  const auto epoch = static_cast<KnownLevels::Epoch>(since.count());
  return epoch == KnownLevels::kNotCounted ? epoch + 1 : epoch;
}

/// Time between the beginnings of two epochs, below zero where the second began first.
milliseconds time_between(KnownLevels::Epoch first, KnownLevels::Epoch second) noexcept {
  return milliseconds{static_cast<std::int32_t>(second - first)};
}

/// Counts one more request under way; its epoch.
KnownLevels::Epoch begin_one(Place& place, KnownLevels::Epoch now) noexcept {
  if (place.under_way == 0) place.epoch = now;
  if (place.under_way == std::numeric_limits<std::uint16_t>::max()) return KnownLevels::kNotCounted;
  ++place.under_way;
  return place.epoch;
}

/// Those that were lost count no longer.
void forget_lost(Place& place, KnownLevels::Epoch now) noexcept {
  if (place.under_way > 0 && time_between(place.epoch, now) > KnownLevels::kLongestRequest)
    place.under_way = 0;
}

void end_one(Place* place, KnownLevels::Epoch epoch) noexcept {
  if (epoch == KnownLevels::kNotCounted || place == nullptr) return;
  if (place->epoch == epoch && place->under_way > 0) --place->under_way;
}

Ticks refusal(const Rate& rate, Ticks level) noexcept {
  return takes_one(rate, level) ? Ticks::zero() : level + rate.interval - rate.limit;
}

}  // namespace

Ticks KnownLevels::refused_for(const Policy& policy, const Subject& who, SteadyTime now) {
  const Ticks at = ticks_of(now);
  ClientTable::Row row = table_.row_of(who);
  const Place* const place = row.find(policy.budget);
  if (place == nullptr) return Ticks::zero();
  return refusal(policy.rate, level_with_debt(policy.rate, place->time, at));
}

KnownLevels::Entry KnownLevels::enter(const Policy& policy, const Subject& who, SteadyTime now) {
  const Ticks interval = policy.rate.interval;
  const Ticks at = ticks_of(now);
  ClientTable::Row row = table_.row_of(who);
  Place* const place = row.find_or_take(policy.budget, at);
  if (place == nullptr) return {};
  const Ticks level = level_with_debt(policy.rate, place->time, at);
  if (!takes_one(policy.rate, level)) return {refusal(policy.rate, level), kNotCounted};
  forget_lost(*place, epoch_at(now));
  if (!takes_one(policy.rate, level + place->under_way * interval)) {
    return {std::min(interval, kSoon), kNotCounted};
  }
  return {Ticks::zero(), begin_one(*place, epoch_at(now))};
}

void KnownLevels::spare(const Policy& policy, const Subject& who, Epoch epoch) {
  if (epoch == kNotCounted) return;
  ClientTable::Row row = table_.row_of(who);
  end_one(row.find(policy.budget), epoch);
}

void KnownLevels::charge(const Policy& policy, const Subject& who, Epoch epoch, SteadyTime now) {
  const Ticks at = ticks_of(now);
  ClientTable::Row row = table_.row_of(who);
  Place& place = row.place(policy.budget);
  end_one(&place, epoch);
  const Ticks level = level_with_debt(policy.rate, std::max(place.time, at), at);
  place.time = at + std::min(level + policy.rate.interval, most_owed(policy.rate));
}

void KnownLevels::learn(const Policy& policy, const Subject& who, Ticks level, SteadyTime now) {
  ClientTable::Row row = table_.row_of(who);
  Place& place = row.place(policy.budget);
  // Answers may come in another order than they were given.
  place.time = std::max(place.time, ticks_of(now) + std::min(level, most_owed(policy.rate)));
}

std::size_t KnownLevels::size(SteadyTime now) const { return table_.count_after(ticks_of(now)); }

}  // namespace curt::limits
