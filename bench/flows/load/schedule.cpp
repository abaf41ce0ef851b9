#include "flows/load/schedule.hpp"

#include <algorithm>
#include <cmath>

namespace flows {

double Growth::part(double at) const noexcept {
  const double grown = ramp_ > 0 ? std::clamp(at / ramp_, 0.0, 1.0) : 1.0;
  const double campaign = kCampaignPart * grown;
  return campaign / (1 - kCampaignPart + campaign);
}

double Growth::time_of(double amount) const noexcept {
  const double others = 1 - kCampaignPart;
  const double by_then = ramp_ * (others + kCampaignPart / 2);
  if (amount >= by_then) return ramp_ + (amount - by_then);
  // amount = others * t + kCampaignPart / (2 * ramp) * t * t
  const double a = kCampaignPart / (2 * ramp_);
  return (std::sqrt(others * others + 4 * a * amount) - others) / (2 * a);
}

Clock::time_point Schedule::end() const noexcept {
  return begin_ + std::chrono::duration_cast<Clock::duration>(Seconds{bounds_.seconds});
}

std::optional<Clock::time_point> Schedule::next(Clock::time_point now) noexcept {
  if (bounds_.requests != 0 && given_ >= bounds_.requests) return std::nullopt;
  auto due = now;
  if (bounds_.rate > 0) {
    const double amount = static_cast<double>(given_) / bounds_.rate;
    const double at = growth_ ? growth_->time_of(amount) : amount;
    due = begin_ + std::chrono::floor<std::chrono::milliseconds>(Seconds{at});
  }
  if (due >= end() || now >= end() + bounds_.grace) return std::nullopt;
  ++given_;
  return due;
}

void Schedule::stop(Clock::time_point now) noexcept {
  bounds_.seconds = std::min(bounds_.seconds, Seconds{now - begin_}.count());
}

std::uint64_t Schedule::left() noexcept {
  std::uint64_t left = 0;
  if (bounds_.rate > 0) {
    while (next(begin_)) ++left;
  }
  return left;
}

double Schedule::campaign_part(Clock::time_point at) const noexcept {
  return growth_ ? growth_->part(Seconds{at - begin_}.count()) : 0;
}

}  // namespace flows
