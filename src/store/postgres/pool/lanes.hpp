#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>

#include "store/job_queue.hpp"
#include "store/postgres/pool/session.hpp"

namespace curt::store::postgres {

/// The kinds of work. Each has a queue of its own, so that none fills up that of another.
enum class LaneName {
  read,    ///< finds by key and pings: what redirects and answers about one link wait for
  create,  ///< PlainCreates
  write,   ///< everything else that changes links
  list,    ///< may take long
  visits,  ///< writes of visits; may take long, and come all the time
};

inline constexpr std::size_t kLaneCount = 5;

/// The queues before the pool, and which of them the next free thread serves. Lists get at most half of the
/// threads, plain creates two, since they wait best where they become large groups; visits two, for more of
/// them would wait for each other's rows, or one of few. One thread is always left for reads. All but queue()
/// and those that say otherwise are called under the pool's lock.
class Lanes {
 public:
  Lanes(std::size_t threads, std::size_t capacity, Deadline::clock::duration longest_wait,
        const std::function<void()>& on_push, Metrics& metrics);

  /// Thread-safe.
  [[nodiscard]] JobQueue<Session>& queue(LaneName lane) {
    return lanes_[static_cast<std::size_t>(lane)].jobs;
  }

  /// The lane whose turn it is: it has jobs, and fewer threads than it may have.
  [[nodiscard]] std::optional<LaneName> next();

  /// A thread begins to serve the lane, or has done so.
  void enter(LaneName lane);
  void leave(LaneName lane);

  /// Threads that serve any of them.
  [[nodiscard]] std::size_t threads() const;

  /// Jobs that wait, in all of them.
  [[nodiscard]] std::size_t jobs() const;
  [[nodiscard]] bool empty() const { return jobs() == 0; }

  /// As in JobQueue, for all of them. Thread-safe.
  void fail_overdue();
  void refuse(const std::optional<Error>& error);
  void close();

 private:
  struct Lane {
    JobQueue<Session> jobs;
    std::size_t most_threads;
    std::size_t threads = 0;
  };

  [[nodiscard]] bool may_enter(std::size_t lane) const;

  std::array<Lane, kLaneCount> lanes_;
  std::size_t most_slow_;  ///< threads that may be anywhere but in the reads
  std::size_t slow_ = 0;
  std::size_t turn_ = 0;
};

}  // namespace curt::store::postgres
