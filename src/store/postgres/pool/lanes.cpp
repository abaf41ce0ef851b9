#include "store/postgres/pool/lanes.hpp"

#include <algorithm>
#include <utility>

namespace curt::store::postgres {
namespace {

using limits::Work;

constexpr std::size_t kMostCreateGroups = 2;

QueueOptions queue_options(const LaneOptions& options, limits::ControlledDelay& delay, Work work) {
  return {.capacity = options.length,
          .client_share = options.client_share,
          .delay = &delay,
          .work = work,
          .longest_wait = options.longest_wait,
          .on_push = options.on_push};
}

QueueOptions create_queue_options(const LaneOptions& options, limits::ControlledDelay& delay) {
  QueueOptions creates = queue_options(options, delay, Work::creates);
  creates.capacity = std::min(creates.capacity * options.creates.most_jobs, options.most_creates);
  return creates;
}

/// Threads that may write visits, out of so many.
std::size_t most_for_visits(std::size_t threads) { return threads < 4 ? 1 : 2; }

std::size_t index_of(LaneName lane) { return static_cast<std::size_t>(lane); }

}  // namespace

LaneWork one_by_one() {
  return {.run = [](Connection& db, std::span<const JobPtr> jobs) {
    for (const JobPtr& job : jobs) {
      db.set_deadline(job->deadline());
      job->run(db);
    }
  }};
}

Lanes::Lanes(const LaneOptions& options, Metrics& metrics)
    : lanes_{{{{queue_options(options, delay_, Work::lookups), {metrics, "postgres", "read"}},
               options.threads},
              {{create_queue_options(options, delay_), {metrics, "postgres", "create"}},
               kMostCreateGroups,
               options.creates},
              {{queue_options(options, delay_, Work::creates), {metrics, "postgres", "write"}},
               options.threads},
              {{queue_options(options, delay_, Work::lists), {metrics, "postgres", "list"}},
               std::max<std::size_t>(options.threads / 2, 1)},
              {{queue_options(options, delay_, Work::lists), {metrics, "postgres", "visits"}},
               most_for_visits(options.threads)}}},
      most_slow_(std::max<std::size_t>(options.threads, 2) - 1) {
  show_shedding(metrics, "postgres", delay_);
}

bool Lanes::may_enter(std::size_t lane) const {
  if (lanes_[lane].threads >= lanes_[lane].most_threads) return false;
  return lane == index_of(LaneName::read) || slow_ < most_slow_;
}

/// How many threads the jobs could use for which none is on its way.
std::size_t Lanes::untaken(const Lane& lane) {
  const std::size_t at_once = lane.work.most_jobs;
  const std::size_t tasks = (lane.jobs.size() + at_once - 1) / at_once;
  return tasks - std::min(tasks, lane.entering);
}

std::optional<LaneName> Lanes::next() {
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    const std::size_t lane = (turn_ + i) % kLaneCount;
    if (!may_enter(lane) || untaken(lanes_[lane]) == 0) continue;
    turn_ = lane + 1;
    return static_cast<LaneName>(lane);
  }
  return std::nullopt;
}

std::size_t Lanes::startable() const {
  std::size_t reads = 0;
  std::size_t others = 0;
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    const Lane& lane = lanes_[i];
    const std::size_t free = lane.most_threads - lane.threads;
    (i == index_of(LaneName::read) ? reads : others) += std::min(untaken(lane), free);
  }
  return reads + std::min(others, most_slow_ - slow_);
}

void Lanes::enter(LaneName lane) {
  ++lanes_[index_of(lane)].threads;
  ++lanes_[index_of(lane)].entering;
  if (lane != LaneName::read) ++slow_;
}

void Lanes::took_jobs(LaneName lane) { --lanes_[index_of(lane)].entering; }

void Lanes::leave(LaneName lane) {
  --lanes_[index_of(lane)].threads;
  if (lane != LaneName::read) --slow_;
}

std::size_t Lanes::threads() const {
  std::size_t count = 0;
  for (const Lane& lane : lanes_) count += lane.threads;
  return count;
}

std::size_t Lanes::jobs() const {
  std::size_t count = 0;
  for (const Lane& lane : lanes_) count += lane.jobs.size();
  return count;
}

void Lanes::fail_overdue() {
  for (Lane& lane : lanes_) lane.jobs.fail_overdue();
}

void Lanes::refuse(const std::optional<Refusal>& reads, const std::optional<Refusal>& writes) {
  for (const LaneName lane : {LaneName::read, LaneName::list}) queue(lane).refuse(reads);
  for (const LaneName lane : {LaneName::create, LaneName::write, LaneName::visits})
    queue(lane).refuse(writes);
}

void Lanes::close() {
  for (Lane& lane : lanes_) lane.jobs.close();
}

}  // namespace curt::store::postgres
