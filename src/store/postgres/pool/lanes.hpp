#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>

#include "curt/limits/controlled_delay.hpp"

#include "store/job_queue.hpp"
#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// The kinds of work. Each has a queue of its own, so that none fills up that of another.
enum class LaneName {
  read,    ///< finds by key and pings: what redirects and answers about one link wait for
  create,  ///< creates that share a statement
  write,   ///< everything else that changes links
  list,    ///< may take long
  visits,  ///< writes of visits; may take long, and never cease
};

inline constexpr std::size_t kLaneCount = 5;

using JobPtr = JobQueue<Connection>::JobPtr;

/// How a thread works on a lane: it takes some jobs together and runs them, after which each has its outcome.
/// run() does not throw.
struct LaneWork {
  std::size_t most_jobs = 1;
  Commit first_statement = Commit::not_begun;  ///< whether it commits itself
  std::function<void(Connection&, std::span<const JobPtr>)> run;
};

/// Each job alone.
[[nodiscard]] LaneWork one_by_one();

/// How the lanes are made.
struct LaneOptions {
  std::size_t threads = 1;
  /// Requests that may wait in each lane; creates that are stored together count as one.
  std::size_t length = 100;
  std::size_t most_creates =
      std::numeric_limits<std::size_t>::max();  ///< that may wait, however they are stored
  double client_share = 0;                      ///< as in QueueOptions
  Deadline::clock::duration longest_wait = Deadline::clock::duration::max();
  std::function<void()> on_push{};
  LaneWork creates = one_by_one();  ///< the work of that lane; in the others, jobs run one by one
};

/// The queues before the pool, and which of them the next free thread serves. Lists get at most half of the
/// threads, plain creates two, since they wait best where they become large groups; visits two, for more of
/// them would wait for each other's rows, or one of few. One thread is always left for reads. All but
/// queue(), work() and those that say otherwise are called under the pool's lock.
class Lanes {
 public:
  Lanes(const LaneOptions& options, Metrics& metrics);

  /// Thread-safe.
  [[nodiscard]] JobQueue<Connection>& queue(LaneName lane) {
    return lanes_[static_cast<std::size_t>(lane)].jobs;
  }

  [[nodiscard]] const LaneWork& work(LaneName lane) const {
    return lanes_[static_cast<std::size_t>(lane)].work;
  }

  /// The lane whose turn it is: it has jobs, and fewer threads than it may have.
  [[nodiscard]] std::optional<LaneName> next();

  /// How many more threads could begin to work now; jobs for which a thread is on its way are not counted.
  [[nodiscard]] std::size_t startable() const;

  /// A thread begins to serve the lane, has taken its jobs out of the queue, and has served it.
  void enter(LaneName lane);
  void took_jobs(LaneName lane);
  void leave(LaneName lane);

  /// Threads that serve any of them.
  [[nodiscard]] std::size_t threads() const;

  /// Jobs that wait, in all of them.
  [[nodiscard]] std::size_t jobs() const;
  [[nodiscard]] bool empty() const { return jobs() == 0; }

  /// As in JobQueue, for all of them. Thread-safe.
  void fail_overdue();
  void close();

  /// JobQueue::refuse() for the lanes whose jobs only read, and for those whose jobs write. Thread-safe.
  void refuse(const std::optional<Refusal>& reads, const std::optional<Refusal>& writes);

 private:
  struct Lane {
    JobQueue<Connection> jobs;
    std::size_t most_threads;
    LaneWork work = one_by_one();
    std::size_t threads = 0;
    std::size_t entering = 0;  ///< those of them that have not taken their jobs yet
  };

  [[nodiscard]] bool may_enter(std::size_t lane) const;
  [[nodiscard]] static std::size_t untaken(const Lane& lane);

  limits::ControlledDelay delay_;
  std::array<Lane, kLaneCount> lanes_;
  std::size_t most_slow_;  ///< threads that may be anywhere but in the reads
  std::size_t slow_ = 0;
  std::size_t turn_ = 0;
};

}  // namespace curt::store::postgres
