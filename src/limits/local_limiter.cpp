#include "limits/local_limiter.hpp"

namespace curt::limits {

Verdict LocalLimiter::charge(const Subject& who, std::span<const Policy> policies, SteadyTime now) {
  const Ticks at = ticks_of(now);
  Verdict verdict{true, {}};
  ClientTable::Row row = table_.row_of(who);
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const ClientTable::Place* const known = row.find(policies[i].budget);
    if (known != nullptr) verdict.levels.at(i) = level_of(policies[i].rate, known->time, at);
    if (!takes_one(policies[i].rate, verdict.levels.at(i))) verdict.allowed = false;
  }
  if (!verdict.allowed) return verdict;
  for (std::size_t i = 0; i < policies.size(); ++i) {
    verdict.levels.at(i) += policies[i].rate.interval;
    row.place(policies[i].budget).time = at + verdict.levels.at(i);
  }
  return verdict;
}

}  // namespace curt::limits
