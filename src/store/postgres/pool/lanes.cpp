#include "store/postgres/pool/lanes.hpp"

#include <algorithm>
#include <utility>

namespace curt::store::postgres {
namespace {

constexpr std::size_t kMostCreateGroups = 2;

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

Lanes::Lanes(std::size_t threads, std::size_t capacity, Deadline::clock::duration longest_wait,
             const std::function<void()>& on_push, LaneWork creates, Metrics& metrics)
    : lanes_{{{{{capacity, longest_wait, on_push}, {metrics, "postgres", "read"}}, threads},
              {{{capacity, longest_wait, on_push}, {metrics, "postgres", "create"}},
               kMostCreateGroups,
               std::move(creates)},
              {{{capacity, longest_wait, on_push}, {metrics, "postgres", "write"}}, threads},
              {{{capacity, longest_wait, on_push}, {metrics, "postgres", "list"}},
               std::max<std::size_t>(threads / 2, 1)},
              {{{capacity, longest_wait, on_push}, {metrics, "postgres", "visits"}},
               most_for_visits(threads)}}},
      most_slow_(std::max<std::size_t>(threads, 2) - 1) {}

bool Lanes::may_enter(std::size_t lane) const {
  if (lanes_[lane].threads >= lanes_[lane].most_threads) return false;
  return lane == index_of(LaneName::read) || slow_ < most_slow_;
}

std::optional<LaneName> Lanes::next() {
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    const std::size_t lane = (turn_ + i) % kLaneCount;
    if (!may_enter(lane) || lanes_[lane].jobs.size() == 0) continue;
    turn_ = lane + 1;
    return static_cast<LaneName>(lane);
  }
  return std::nullopt;
}

void Lanes::enter(LaneName lane) {
  ++lanes_[index_of(lane)].threads;
  if (lane != LaneName::read) ++slow_;
}

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

void Lanes::refuse(const std::optional<Error>& reads, const std::optional<Error>& writes) {
  for (const LaneName lane : {LaneName::read, LaneName::list}) queue(lane).refuse(reads);
  for (const LaneName lane : {LaneName::create, LaneName::write, LaneName::visits})
    queue(lane).refuse(writes);
}

void Lanes::close() {
  for (Lane& lane : lanes_) lane.jobs.close();
}

}  // namespace curt::store::postgres
