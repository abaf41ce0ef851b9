#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "curt/base/backoff.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"
#include "curt/store/postgres/pool/pool_state.hpp"

#include "store/postgres/pool/connection.hpp"
#include "store/postgres/pool/in_flight.hpp"
#include "store/postgres/pool/lanes.hpp"
#include "store/postgres/pool/pool_metrics.hpp"
#include "store/postgres/pool/writability.hpp"

namespace curt::store::postgres {

struct PoolOptions {
  ConnectionOptions connection;
  std::size_t size = 8;
  std::size_t queue_capacity = 1024;
  std::chrono::milliseconds queue_timeout{5000};
  std::chrono::seconds idle_timeout{600};  ///< 0: connections are kept
  LaneWork creates = one_by_one();
  bool probes_writes = true;  ///< whether it finds out by itself when writes are taken again
};

/// Threads with a connection each, which they make when there is work that no connected thread is free for,
/// and close when there was none for long.
///
/// A thread takes a job only when it is connected, so that connecting costs no job its time. When no
/// connection is left and none can be made, at the second attempt either, the database is down: every job
/// fails at once, and one thread at a time tries again. A watchdog answers the callers whose deadline passes
/// while they wait or while the server does not answer.
///
/// While the server takes no writes, only the jobs of the lanes that write fail at once. Every connection is
/// closed when that begins and when it ends, since the next one may reach another server, and made again when
/// there is work for it. One thread at a time connects to find out whether writes are taken again.
class Pool {
 public:
  /// `reachability` tells whether the database answers, `writes` whether it takes writes. What is given here
  /// outlives it.
  Pool(PoolOptions options, Reachability& reachability, Reachability& writes, Metrics& metrics);
  /// Counts its connections and statements with those of `other`, and its queues in `queues`.
  Pool(PoolOptions options, Reachability& reachability, Reachability& writes, const Pool& other,
       Metrics& queues);
  /// Finishes what it has accepted.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  [[nodiscard]] JobQueue<Connection>& queue(LaneName lane) { return lanes_.queue(lane); }

  [[nodiscard]] PoolState state() const;

  /// Whether a session that is not the pool's could write. Where that is news, the pool finds out by itself.
  /// Thread-safe.
  void note_writable(bool takes_writes);

  /// Whether writes are taken, as far as the pool knows. Thread-safe.
  [[nodiscard]] bool takes_writes() const;

  /// Makes every connection anew before its next job. Thread-safe.
  void renew();

  /// The server's own limit, as the last connect found it.
  [[nodiscard]] std::optional<std::size_t> max_connections() const noexcept;

 private:
  Pool(PoolOptions options, Reachability& reachability, Reachability& writes, const PoolMetrics& metrics,
       const StatementTimes& times, Metrics& queues);

  struct Worker {
    InFlight in_flight;
    std::optional<Connection> connection;
    std::uint64_t generation = 0;            ///< of Writability, when its connection was begun
    Deadline::clock::time_point noted_at{};  ///< when it last told that the database answers
    std::thread thread;
  };

  /// What a thread does next.
  struct Connect {
    Writability::Purpose purpose;
  };
  struct CloseIdle {};
  struct Stop {};
  using Step = std::variant<LaneName, Connect, CloseIdle, Stop>;

  void work(Worker& worker);
  Step next_step(const Worker& worker);
  std::optional<Step> step_now(const Worker& worker);
  void connect(Worker& worker, Writability::Purpose purpose);
  void connected(Worker& worker, Writability::Purpose purpose, Deadline::clock::duration latency);
  void cannot_connect(const std::exception& failure, Writability::Purpose purpose,
                      Deadline::clock::duration after);
  [[nodiscard]] bool may_probe_writes() const;
  void found_writes(Worker& worker, bool takes_writes, Writability::Purpose purpose);
  void refuse_what_must_fail();
  void serve(Worker& worker, LaneName lane);
  bool run_jobs(Worker& worker, LaneName lane);
  void disconnect(Worker& worker);
  void note_answer(Worker& worker, Deadline::clock::duration latency);
  void wake_one();
  void on_push();
  void watch();

  const PoolOptions options_;
  Reachability& reachability_;
  Reachability& writes_;
  const PoolMetrics metrics_;
  const StatementTimes times_;

  mutable std::mutex mutex_;
  std::condition_variable connected_;     ///< threads with a connection wait here
  std::condition_variable disconnected_;  ///< and those without one here
  std::condition_variable stopping_;
  Lanes lanes_;
  std::size_t connected_waiting_ = 0;
  std::size_t open_ = 0;
  std::size_t connecting_ = 0;
  /// With a connect timeout of 2 s before it, the longest pause lets a server that is back be seen within 3
  /// s.
  Backoff backoff_{std::chrono::milliseconds{50}, std::chrono::milliseconds{500}};
  Writability writability_;
  bool down_ = false;
  bool probing_ = false;  ///< a thread tries whether the database is back
  bool closed_ = false;
  bool watching_ = true;
  std::atomic<bool> told_down_{false};
  std::atomic<std::size_t> max_connections_{0};

  std::vector<std::unique_ptr<Worker>> workers_;
  std::thread watchdog_;
};

}  // namespace curt::store::postgres
