#include "curt/links/flights.hpp"

#include <utility>

#include "curt/domain/client_share.hpp"

namespace curt::links {

Flights::Seat Flights::board(const ShortCode& code) {
  Seat seat;
  const std::lock_guard lock{mutex_};
  Handle& place = flights_[code];
  seat.leads = place == nullptr;
  if (seat.leads) place = std::make_shared<Flight>(Deadline::clock::now());
  seat.flight = place;
  return seat;
}

awaitable<std::optional<Flights::Landing>> Flights::wait(Handle flight, Deadline deadline, Role role) {
  auto join = [this, &flight, deadline, role](TimedCompletion<Landing> wake) {
    add(*flight, Flight::Waiter{deadline, role == Role::heir, std::move(wake)});
  };
  std::optional<Landing> landing = co_await suspend_until<Landing>(deadline, join);
  co_return landing;
}

void Flights::add(Flight& flight, Flight::Waiter waiter) {
  {
    const std::lock_guard lock{mutex_};
    if (!flight.landed_) {
      flight.waiting_.push_back(std::move(waiter));
      return;
    }
  }
  waiter.wake(flight.landed_);
}

void Flights::land(const ShortCode& code, const Handle& flight, const result<CacheEntry>& entry) {
  std::deque<Flight::Waiter> answered;
  {
    const std::lock_guard lock{mutex_};
    if (fails_leader_alone(entry) && pass_on(*flight)) return;
    answered.swap(flight->waiting_);
    flight->landed_ = entry;
    const auto current = flights_.find(code);
    if (current != flights_.end() && current->second == flight) flights_.erase(current);
  }
  for (const Flight::Waiter& waiter : answered) waiter.wake(entry);
}

/// Under the lock. Whether a waiter reads on. Those whose time is over are resumed by their own timers, so
/// they are not kept.
bool Flights::pass_on(Flight& flight) {
  const auto now = Deadline::clock::now();
  auto& waiting = flight.waiting_;
  std::erase_if(waiting, [now](const Flight::Waiter& waiter) { return waiter.deadline.at() <= now; });
  for (auto waiter = waiting.begin(); waiter != waiting.end();) {
    if (!waiter->may_lead) {
      ++waiter;
      continue;
    }
    const bool leads = waiter->wake(Landing{});
    waiter = waiting.erase(waiter);
    if (leads) return true;
  }
  return false;
}

bool Flights::fails_leader_alone(const result<CacheEntry>& entry) noexcept {
  if (entry) return false;
  return entry.error().code == ErrorCode::deadline_exceeded || is_for_its_share(entry.error());
}

void Flights::detach(const ShortCode& code) {
  const std::lock_guard lock{mutex_};
  flights_.erase(code);
}

void Flights::detach_all() {
  const std::lock_guard lock{mutex_};
  flights_.clear();
}

bool Flights::is_under_way(const ShortCode& code) const {
  const std::lock_guard lock{mutex_};
  return flights_.contains(code);
}

}  // namespace curt::links
