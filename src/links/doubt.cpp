#include "curt/links/doubt.hpp"

#include "curt/links/outbox.hpp"

namespace curt::links {

bool Doubt::is_bearable(SteadyTime now) const {
  const std::lock_guard lock{mutex_};
  return is_clean_server_ && clean_at_ && now < *clean_at_ + stale_max_;
}

void Doubt::raise(SteadyTime now) {
  const std::lock_guard lock{mutex_};
  raised_at_ = now;
  begin(now);
}

void Doubt::lose_server(SteadyTime now) {
  const std::lock_guard lock{mutex_};
  ++servers_;
  is_clean_server_ = false;
  raised_at_ = now;
  begin(now);
}

std::uint64_t Doubt::servers() const {
  const std::lock_guard lock{mutex_};
  return servers_;
}

void Doubt::recognise_server(std::uint64_t servers) {
  const std::lock_guard lock{mutex_};
  if (servers == servers_) is_clean_server_ = true;
}

void Doubt::found(SteadyTime now) {
  const std::lock_guard lock{mutex_};
  begin(now);
}

void Doubt::found_none(SteadyTime look_began) {
  const std::lock_guard lock{mutex_};
  if (raised_at_ && look_began < *raised_at_ + Outbox::kSettled) return;
  clean_at_ = look_began;
  is_clean_server_ = true;
  stands_.store(false, std::memory_order_release);
}

std::optional<SteadyTime> Doubt::since() const {
  const std::lock_guard lock{mutex_};
  return stands_.load(std::memory_order_relaxed) ? std::optional{since_} : std::nullopt;
}

void Doubt::begin(SteadyTime now) {
  if (!stands_.exchange(true, std::memory_order_acq_rel)) since_ = now;
}

}  // namespace curt::links
