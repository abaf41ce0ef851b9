#pragma once

#include <deque>
#include <functional>

#include "flows/figures/report.hpp"
#include "flows/load/visitor.hpp"

namespace flows {

/// A whole run: makes the links that it needs, sends the load, and compares the visits.
class Journey {
 public:
  /// `interruptions` tells how often the operator has asked for an end: the first one ends the load, the
  /// second one the wait for visits.
  Journey(const Options& options, std::function<int()> interruptions);

  /// Throws std::runtime_error where the links cannot be made.
  Report travel();

 private:
  void prepare();
  void visit();
  void stop_if_asked(Clock::time_point now);
  void show_timeline(std::size_t seconds_over);
  [[nodiscard]] Link sums() const;

  const Options& options_;
  std::function<int()> interruptions_;
  Loop loop_;
  Run run_;
  std::deque<Visitor> visitors_;
  bool stopped_ = false;
  std::size_t shown_ = 0;  // seconds of the timeline
};

}  // namespace flows
