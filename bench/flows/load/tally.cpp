#include "flows/load/tally.hpp"

#include <algorithm>

namespace flows {

void StepTally::add(const StepTally& others) {
  good += others.good;
  failed += others.failed;
  retried += others.retried;
  sent += others.sent;
  received += others.received;
  latencies.add(others.latencies);
  for (const auto& [name, count] : others.faults) faults[name] += count;
}

void Tally::begin(Clock::time_point now) noexcept { begin_ = end_ = last_good_ = now; }

void Tally::add(const Outcome& outcome, Clock::time_point now) {
  const auto number =
      static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::seconds>(now - begin_).count());
  if (timeline_.size() <= number) timeline_.resize(number + 1);
  SecondTally& second = timeline_[number];
  StepTally& step = steps_.at(static_cast<std::size_t>(outcome.step));
  const auto time = std::chrono::duration_cast<std::chrono::microseconds>(now - outcome.due);

  step.sent += outcome.sent;
  step.received += outcome.received;
  step.retried += outcome.retried ? 1 : 0;
  second.retried += outcome.retried ? 1 : 0;
  second.worst = std::max(second.worst, time);
  if (outcome.wrong.empty()) {
    ++step.good;
    ++second.good;
    step.latencies.add(time);
    silence_ = std::max(silence_, now - last_good_);
    last_good_ = now;
  } else {
    ++step.failed;
    ++step.faults[outcome.wrong];
    ++second.faults[outcome.wrong];
  }
}

void Tally::add_unsent(std::uint64_t requests, Step step) {
  if (requests == 0) return;
  StepTally& tally = steps_.at(static_cast<std::size_t>(step));
  tally.failed += requests;
  tally.faults["never sent, as all connections waited"] += requests;
}

void Tally::end(Clock::time_point now) noexcept {
  end_ = now;
  silence_ = std::max(silence_, now - last_good_);
}

StepTally Tally::all() const {
  StepTally all;
  for (const StepTally& step : steps_) all.add(step);
  return all;
}

}  // namespace flows
