#pragma once

#include <string>

#include <boost/asio/basic_waitable_timer.hpp>

#include "flows/load/link_pool.hpp"
#include "flows/load/request_texts.hpp"
#include "flows/load/schedule.hpp"
#include "flows/load/tally.hpp"
#include "flows/options.hpp"
#include "flows/wire/loop.hpp"

namespace flows {

/// What all visitors of a run have in common. For one thread.
struct Run {
  Run(const Options& the_options, std::string the_name, Schedule the_schedule);

  const Options& options;
  std::string name;  ///< which no other run has
  RequestTexts texts;
  Schedule schedule;
  LinkPool pool;
  Tally tally;
  Random random;
  Link campaign;              ///< without code while there is none
  std::size_t preparing = 0;  ///< links that are being made before the clock starts
  std::string unprepared;     ///< why that failed
};

/// Does what is due, on one kept connection or on new ones.
class Visitor {
 public:
  Visitor(Loop& loop, Run& run);
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  /// Makes links until the run has those that it begins with.
  awaitable<void> prepare();
  /// Makes the campaign's link.
  awaitable<void> open_campaign();
  awaitable<void> visit();
  /// Ends a wait for the next request.
  void wake() { timer_.cancel(); }

 private:
  using Timer = net::basic_waitable_timer<Clock, net::wait_traits<Clock>, curt::Executor>;

  /// Or until it is woken.
  awaitable<void> wait_until(Clock::time_point time);
  /// Why the last exchange did not bring what it should.
  [[nodiscard]] std::string explain(Fault fault) const;
  [[nodiscard]] Step draw_step(Clock::time_point due);
  /// Points `used_` to the kept connection or to a new one.
  [[nodiscard]] Persistence choose_connection();
  awaitable<Fault> create(Outcome& outcome);
  awaitable<void> follow(Outcome& outcome, Link& link);
  awaitable<void> read_statistics(Outcome& outcome);
  /// Sends `request_` on `used_`, where its answer is afterwards.
  awaitable<Fault> send(Outcome& outcome);

  Run& run_;
  Timer timer_;
  Connection kept_, fresh_;
  Connection* used_ = &kept_;
  std::string request_;
};

}  // namespace flows
