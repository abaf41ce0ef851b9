#pragma once

#include <cstdint>
#include <optional>

#include "flows/clock.hpp"

namespace flows {

/// The part of the traffic that a campaign's link has in the end.
inline constexpr double kCampaignPart = 0.9;

/// How a campaign grows: other traffic stays what it is while that of the new link rises evenly, from nothing
/// to nine times as much after `ramp`. A load without campaign has no ramp.
class Growth {
 public:
  explicit Growth(double ramp) noexcept : ramp_{ramp} {}

  /// The campaign's part of the traffic at that time, 0 to kCampaignPart.
  [[nodiscard]] double part(double at) const noexcept;
  /// When the traffic that is `amount` seconds of its final rate has passed.
  [[nodiscard]] double time_of(double amount) const noexcept;

 private:
  double ramp_ = 0;
};

/// When requests are due. A visitor that is free takes the next time, whether that is still to come or long
/// over: latency counts from it, so that a server that stands still is seen by all who would have come
/// meanwhile ("coordinated omission", G. Tene).
class Schedule {
 public:
  struct Bounds {
    double rate = 0;             ///< requests a second; 0: a request is due when a visitor is free
    double seconds = 0;          ///< nothing is due later
    std::uint64_t requests = 0;  ///< nor more than these; 0: no such bound
    Clock::duration grace{};     ///< what is overdue this long after the end is given up
  };
  Schedule(Bounds bounds, std::optional<Growth> growth) noexcept : bounds_{bounds}, growth_{growth} {}

  void begin(Clock::time_point now) noexcept { begin_ = now; }
  /// The time of the next request, counted from the begin; nothing when there is none.
  [[nodiscard]] std::optional<Clock::time_point> next(Clock::time_point now) noexcept;
  /// Nothing is due from now on.
  void stop(Clock::time_point now) noexcept;
  [[nodiscard]] bool over(Clock::time_point now) const noexcept { return now >= end(); }
  /// How many requests were due and given up. To be called once, at the end.
  [[nodiscard]] std::uint64_t left() noexcept;
  /// The campaign's part of the traffic at that time; 0 without one.
  [[nodiscard]] double campaign_part(Clock::time_point at) const noexcept;

 private:
  [[nodiscard]] Clock::time_point end() const noexcept;

  Bounds bounds_;
  std::optional<Growth> growth_;
  Clock::time_point begin_;
  std::uint64_t given_ = 0;
};

}  // namespace flows
