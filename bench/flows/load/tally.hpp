#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flows/clock.hpp"
#include "flows/load/latencies.hpp"
#include "flows/steps.hpp"

namespace flows {

/// What became of one request.
struct Outcome {
  Step step = Step::redirect;
  std::string wrong;  ///< a fault or what its answer lacked; empty: all was well
  Clock::time_point due;
  std::size_t sent = 0;
  std::size_t received = 0;
  bool retried = false;  ///< its kept connection had been closed, and it was sent once more on a new one
};

using Faults = std::map<std::string, std::uint64_t, std::less<>>;

struct StepTally {
  std::uint64_t good = 0;
  std::uint64_t failed = 0;
  std::uint64_t retried = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  Latencies latencies;  ///< of the good ones
  Faults faults;

  void add(const StepTally& others);
};

/// One second of the run, by the time at which requests ended.
struct SecondTally {
  std::uint64_t good = 0;
  std::uint64_t retried = 0;
  std::chrono::microseconds worst{};  ///< also of failed ones
  Faults faults;
};

/// Counts outcomes. For one thread.
class Tally {
 public:
  void begin(Clock::time_point now) noexcept;
  void add(const Outcome& outcome, Clock::time_point now);
  /// Requests that were due and never sent.
  void add_unsent(std::uint64_t requests, Step step);
  /// The longest time without a good answer ends here at the latest.
  void end(Clock::time_point now) noexcept;

  [[nodiscard]] const StepTally& of(Step step) const { return steps_.at(static_cast<std::size_t>(step)); }
  [[nodiscard]] StepTally all() const;
  [[nodiscard]] const std::vector<SecondTally>& timeline() const noexcept { return timeline_; }
  [[nodiscard]] Clock::duration longest_silence() const noexcept { return silence_; }
  [[nodiscard]] Clock::duration elapsed() const noexcept { return end_ - begin_; }

 private:
  std::array<StepTally, kSteps> steps_;
  std::vector<SecondTally> timeline_;
  Clock::time_point begin_, end_, last_good_;
  Clock::duration silence_{};
};

}  // namespace flows
