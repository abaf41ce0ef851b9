#include "flows/journey.hpp"

#include <cstdio>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "flows/figures/process_times.hpp"

namespace flows {

namespace {

Schedule schedule_of(const Options& options) {
  const Schedule::Bounds bounds{.rate = options.rate,
                                .seconds = options.seconds,
                                .requests = options.requests,
                                .grace = options.timeout};
  if (options.mode != Mode::campaign) return {bounds, std::nullopt};
  return {bounds, Growth{options.ramp}};
}

std::string name_of_now() {
  return fmt::format("{:x}", std::chrono::system_clock::now().time_since_epoch().count());
}

std::vector<ProcessCpu> cpu_of(const std::vector<pid_t>& processes) {
  std::vector<ProcessCpu> cpu;
  cpu.reserve(processes.size());
  for (const pid_t process : processes) {
    cpu.push_back({.name = name_of_process(process), .process = process, .seconds = cpu_seconds(process)});
  }
  return cpu;
}

void subtract(std::vector<ProcessCpu>& now, const std::vector<ProcessCpu>& before) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    now[i].name = before[i].name;
    if (now[i].seconds && before[i].seconds) {
      *now[i].seconds -= *before[i].seconds;
    } else {
      now[i].seconds.reset();
    }
  }
}

}  // namespace

Journey::Journey(const Options& options, std::function<int()> interruptions)
    : options_{options},
      interruptions_{std::move(interruptions)},
      run_{options, name_of_now(), schedule_of(options)} {
  for (std::size_t i = 0; i < options.connections; ++i) visitors_.emplace_back(loop_, run_);
}

Report Journey::travel() {
  prepare();
  const auto gives_up = [this] { return interruptions_() > 1; };
  std::optional<VisitAccountant> all;
  std::optional<VisitAccountant> campaign;
  if (options_.compare_visits) {
    all.emplace(loop_, run_, "all links", "/api/v1/stats", gives_up);
    if (options_.mode == Mode::campaign) {
      campaign.emplace(loop_, run_, "the campaign's link", "/stats/" + run_.campaign.code, gives_up);
    }
  }
  if (all) all->begin();
  if (campaign) campaign->begin();
  CacheCounters caches{loop_, options_.metrics};
  caches.begin();

  Report report{.options = options_, .tally = run_.tally};
  const auto before = cpu_of(options_.processes);
  const double own = own_cpu_seconds();
  visit();
  report.own_cpu = own_cpu_seconds() - own;
  report.cpu = cpu_of(options_.processes);
  subtract(report.cpu, before);
  if (!options_.metrics.empty()) report.caches = caches.end(report.caches_unread);
  if (campaign) report.visits.push_back(campaign->end(run_.campaign));
  if (all) report.visits.push_back(all->end(sums()));
  return report;
}

void Journey::prepare() {
  const auto watch = [this](Clock::time_point) {
    if (interruptions_() > 0) run_.unprepared = "interrupted";
  };
  for (Visitor& visitor : visitors_) loop_.spawn(visitor.prepare());
  loop_.run(watch);
  if (run_.unprepared.empty() && options_.mode == Mode::campaign) {
    loop_.spawn(visitors_.front().open_campaign());
    loop_.run(watch);
  }
  if (!run_.unprepared.empty()) {
    throw std::runtime_error{fmt::format("links cannot be made: {}", run_.unprepared)};
  }
}

void Journey::visit() {
  const auto begin = Clock::now();
  run_.schedule.begin(begin);
  run_.tally.begin(begin);
  for (Visitor& visitor : visitors_) loop_.spawn(visitor.visit());
  const auto tick = [this, begin](Clock::time_point now) {
    stop_if_asked(now);
    show_timeline(static_cast<std::size_t>(Seconds{now - begin}.count()));
  };
  loop_.run(tick);
  run_.tally.end(Clock::now());
  run_.tally.add_unsent(run_.schedule.left(), Step::redirect);
  show_timeline(run_.tally.timeline().size());
}

void Journey::stop_if_asked(Clock::time_point now) {
  if (stopped_ || interruptions_() == 0) return;
  stopped_ = true;
  run_.schedule.stop(now);
  for (Visitor& visitor : visitors_) visitor.wake();
}

void Journey::show_timeline(std::size_t seconds_over) {
  if (!options_.timeline || shown_ >= seconds_over) return;
  const auto& timeline = run_.tally.timeline();
  for (; shown_ < seconds_over; ++shown_) {
    const SecondTally second = shown_ < timeline.size() ? timeline[shown_] : SecondTally{};
    fmt::print("{}\n", describe(second, shown_));
  }
  std::fflush(stdout);
}

Link Journey::sums() const {
  Link sums = run_.pool.sums();
  sums.answered += run_.campaign.answered;
  sums.unsure += run_.campaign.unsure;
  return sums;
}

}  // namespace flows
