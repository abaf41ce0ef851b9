#include "flows/load/visitor.hpp"

#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

namespace flows {

namespace {

/// Whether the request may have reached the service.
bool was_sent(Fault fault) {
  return fault != Fault::refused && fault != Fault::no_port && fault != Fault::no_connect;
}

}  // namespace

Run::Run(const Options& the_options, std::string the_name, Schedule the_schedule)
    : options{the_options},
      name{std::move(the_name)},
      texts{
          the_options.base.host, the_options.key, {.bots = the_options.bots, .clients = the_options.clients}},
      schedule{the_schedule},
      pool{name} {}

Visitor::Visitor(Loop& loop, Run& run)
    : run_{run},
      timer_{loop.context()},
      kept_{loop.context(), run.options.base.endpoint, run.options.timeout},
      fresh_{loop.context(), run.options.base.endpoint, run.options.timeout} {
  loop.watch(kept_);
  loop.watch(fresh_);
}

awaitable<void> Visitor::prepare() {
  while (run_.unprepared.empty() && run_.pool.size() + run_.preparing < run_.options.links) {
    ++run_.preparing;
    Outcome made;
    const Fault fault = co_await create(made);
    --run_.preparing;
    if (!made.wrong.empty()) run_.unprepared = explain(fault);
  }
}

awaitable<void> Visitor::open_campaign() {
  Outcome made;
  const Fault fault = co_await create(made);
  if (!made.wrong.empty()) {
    run_.unprepared = explain(fault);
    co_return;
  }
  // The last link of the pool is this one, as nobody else makes any now.
  run_.campaign = run_.pool.take_last();
}

awaitable<void> Visitor::wait_until(Clock::time_point time) {
  boost::system::error_code ignored;
  timer_.expires_at(time);
  co_await timer_.async_wait(net::redirect_error(use_awaitable, ignored));
}

std::string Visitor::explain(Fault fault) const {
  return fault == Fault::none ? describe(used_->answer()) : std::string{kFaultNames[fault]};
}

awaitable<void> Visitor::visit() {
  while (const auto due = run_.schedule.next(Clock::now())) {
    if (*due > Clock::now()) co_await wait_until(*due);
    if (run_.schedule.over(*due)) break;
    Outcome outcome;
    outcome.due = *due;
    outcome.step = draw_step(*due);
    if (outcome.step == Step::create) {
      co_await create(outcome);
    } else if (outcome.step == Step::statistics) {
      co_await read_statistics(outcome);
    } else {
      const bool is_campaign = outcome.step == Step::campaign;
      Link& link = is_campaign ? run_.campaign : run_.pool.pick(run_.random);
      co_await follow(outcome, link);
    }
    run_.tally.add(outcome, Clock::now());
    if (!outcome.wrong.empty() && run_.options.rate <= 0) {
      // Without a schedule nothing else would slow those down whom nobody answers.
      co_await wait_until(Clock::now() + std::chrono::milliseconds{100});
    }
  }
  kept_.close();
}

Step Visitor::draw_step(Clock::time_point due) {
  if (draw(run_.random) < run_.schedule.campaign_part(due)) return Step::campaign;
  const auto& [creates, redirects, statistics] = run_.options.weights;
  const double drawn = draw(run_.random) * (creates + redirects + statistics);
  if (drawn < creates) return Step::create;
  return drawn < creates + redirects ? Step::redirect : Step::statistics;
}

awaitable<Fault> Visitor::create(Outcome& outcome) {
  std::string target = run_.pool.next_target();
  const std::string key = fmt::format("flows-{}-{}", run_.name, run_.random());
  const Persistence persistence = choose_connection();
  run_.texts.create(request_, target, key, persistence, run_.random);
  const Fault fault = co_await send(outcome);
  if (fault != Fault::none) co_return fault;
  std::string code;
  outcome.wrong = judge_create(used_->answer(), target, code);
  if (outcome.wrong.empty()) run_.pool.add(std::move(code), std::move(target));
  co_return fault;
}

awaitable<void> Visitor::follow(Outcome& outcome, Link& link) {
  const Persistence persistence = choose_connection();
  run_.texts.redirect(request_, link.code, persistence, run_.random);
  const Fault fault = co_await send(outcome);
  if (fault == Fault::none) outcome.wrong = judge_redirect(used_->answer(), link.target);
  if (outcome.wrong.empty()) {
    ++link.answered;
  } else if (was_sent(fault)) {
    ++link.unsure;
  }
  if (outcome.retried) ++link.unsure;
}

awaitable<void> Visitor::read_statistics(Outcome& outcome) {
  const Link& link = run_.pool.pick(run_.random);
  const std::string path = "/stats/" + link.code;
  const Persistence persistence = choose_connection();
  run_.texts.page(request_, path, persistence, run_.random);
  const Fault fault = co_await send(outcome);
  if (fault == Fault::none) outcome.wrong = judge_statistics(used_->answer(), link.code);
}

Persistence Visitor::choose_connection() {
  const bool is_fresh = draw(run_.random) < run_.options.new_connections;
  used_ = is_fresh ? &fresh_ : &kept_;
  if (is_fresh) fresh_.close();
  return is_fresh ? Persistence::closed : Persistence::kept;
}

awaitable<Fault> Visitor::send(Outcome& outcome) {
  Fault fault = co_await used_->exchange(request_);
  outcome.sent += request_.size();
  outcome.received += used_->received();
  if (used_->was_stale()) {
    // All requests are idempotent: creates by their key.
    outcome.retried = true;
    fault = co_await used_->exchange(request_);
    outcome.sent += request_.size();
    outcome.received += used_->received();
  }
  if (fault != Fault::none) outcome.wrong = kFaultNames[fault];
  co_return fault;
}

}  // namespace flows
