#pragma once

#include <functional>
#include <string>

#include "flows/load/visitor.hpp"
#include "flows/wire/asker.hpp"

namespace flows {

/// The redirects that arrived here beside the visits that the statistics have.
struct VisitAccount {
  std::string of;  ///< which links
  std::uint64_t answered = 0;
  std::uint64_t unsure = 0;  ///< without a right answer, or asked for a second time: visits or not
  std::uint64_t counted = 0;
  double waited = 0;  ///< seconds after the last answer until the visits were complete
  VisitFigures service;
  std::string unread;  ///< why there is no comparison

  [[nodiscard]] std::uint64_t missing() const { return answered > counted ? answered - counted : 0; }
  /// Visits that no request of this run can have made.
  [[nodiscard]] std::uint64_t surplus() const {
    return counted > answered + unsure ? counted - answered - unsure : 0;
  }
  [[nodiscard]] bool is_right() const { return unread.empty() && missing() == 0 && surplus() == 0; }
};

/// Reads a page of statistics at the begin and at the end, and what it grew by.
class VisitAccountant {
 public:
  /// `gives_up` tells whether the operator would not wait any longer.
  VisitAccountant(Loop& loop, Run& run, std::string of, std::string path, std::function<bool()> gives_up);

  /// Waits, for 15 s at most, until no visit of an earlier run is on its way.
  void begin();
  /// Waits until the visits are there that were answered, and two seconds more for those that should not be.
  [[nodiscard]] VisitAccount end(const Link& sums);

 private:
  [[nodiscard]] std::optional<VisitFigures> read();

  Asker asker_;
  std::function<bool()> gives_up_;
  std::chrono::seconds settle_;
  std::string request_;
  VisitAccount account_;
  std::uint64_t before_ = 0;
};

}  // namespace flows
