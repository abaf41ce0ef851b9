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
#include "curt/base/logged_outage.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"
#include "curt/store/postgres/pool/pool_state.hpp"

#include "store/postgres/connection/connection.hpp"
#include "store/postgres/connection/in_flight.hpp"
#include "store/postgres/pool/attempts.hpp"
#include "store/postgres/pool/lanes.hpp"
#include "store/postgres/pool/liveness.hpp"
#include "store/postgres/pool/pool_metrics.hpp"
#include "store/postgres/pool/watchdog.hpp"
#include "store/postgres/pool/writability.hpp"

namespace curt::store::postgres {

struct PoolOptions {
  ConnectionOptions connection;
  std::size_t size = 8;
  std::size_t queue_length = 100;  ///< as LaneOptions has it
  std::size_t most_creates = std::numeric_limits<std::size_t>::max();
  double client_share = 0;
  std::size_t min_size = 0;  ///< connections that are made at the start, and kept
  std::chrono::milliseconds queue_timeout{5000};
  std::chrono::seconds idle_timeout{600};  ///< 0: connections are kept
  LaneWork creates = one_by_one();
  bool probes = true;  ///< whether it finds out when the database is back, and when it takes writes again
};

/// What the pools of one database share. It outlives them.
struct PoolParts {
  Liveness& liveness;
  Watchdog& watchdog;
  Reachability& writes;  ///< told whether the database takes writes
};

/// Threads that work on a connection each. A connection is made, on a thread of its own, when there is work
/// that no connected thread is free for, and closed when there was none for long.
///
/// A thread takes a job only when it is connected, so that connecting costs no job its time. A job whose
/// connection broke before it began to commit runs once more on another one.
///
/// While the circuit breaker of the database is open, every job fails at once, those in flight and those that
/// wait too, and every connection is given up. One of the pools then probes, each time on another connection,
/// since earlier ones may hang still; the first one that is made closes the breaker, and is worked on. The
/// watchdog looks after all of that, and answers the callers whose deadline passes while they wait or while
/// the server does not answer.
///
/// While the server takes no writes, only the jobs of the lanes that write fail at once. Every connection is
/// closed when that begins and when it ends, since the next one may reach another server, and made again when
/// there is work for it. One connection at a time is made to find out whether writes are taken again.
class Pool final : Watchdog::Watched {
 public:
  /// What is given here outlives it.
  Pool(PoolOptions options, PoolParts parts, Metrics& metrics);
  /// Counts its connections and statements with those of `other`, and its queues in `queues`.
  Pool(PoolOptions options, PoolParts parts, const Pool& other, Metrics& queues);
  /// Finishes what it has accepted, until its deadline at most, and waits for the connections that are being
  /// made: as long as connect_timeout for each host, kSetUpTimeout, and what the resolver takes.
  ~Pool() override;
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
  Pool(PoolOptions options, PoolParts parts, const PoolMetrics& metrics, const StatementTimes& times,
       Metrics& queues);

  /// A connection, and the generation of Writability in which it was begun.
  struct Session {
    std::unique_ptr<Connection> connection;
    std::uint64_t generation = 0;
  };

  struct Worker {
    InFlight in_flight;
    Session session;
    bool is_working = false;  ///< with its connection, in a lane
    bool is_closing = false;  ///< it is about to close its connection
    std::thread thread;
  };

  /// Why a connection is made.
  enum class Reason {
    need,
    probe,  ///< to see whether the database is back; it is kept
    ping,   ///< to see whether the database answers; it is kept if there is need
  };

  /// An attempt to connect.
  struct Attempt {
    Writability::Purpose purpose = Writability::Purpose::work;
    Reason reason = Reason::need;
    std::uint64_t generation = 0;  ///< of Writability
    std::uint64_t period = 0;      ///< in which it counts
    Deadline::clock::time_point begun{};
  };

  /// What a thread does next.
  struct Close {
    bool probe_instead = false;  ///< whether a probe of the writes takes the place of its connection
  };
  struct Stop {};
  enum class Ran {
    well,
    badly,  ///< the connection must not be used again
    lost,   ///< the same, and the jobs may run once more on another one
  };
  using Step = std::variant<LaneName, Close, Stop>;

  // pool.cpp: the threads
  void work(Worker& worker);
  Step next_step(Worker& worker);
  std::optional<Step> step_now(Worker& worker);
  Step begin_to_close(Worker& worker, Close close);
  void serve(Worker& worker, LaneName lane);
  bool run_jobs(Worker& worker, const LaneWork& lane_work, const std::vector<JobPtr>& jobs);
  Ran run_once(Worker& worker, const LaneWork& lane_work, const std::vector<JobPtr>& jobs);
  Ran run_again(Worker& worker, const LaneWork& lane_work, const std::vector<JobPtr>& jobs);
  void begin_work(Worker& worker);
  void end_work(Worker& worker);
  void wake_one();
  void on_push();

  // pool_connections.cpp: how connections come and go
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool may_connect() const;
  [[nodiscard]] std::size_t needed() const;
  [[nodiscard]] bool wants_connection() const;
  void connect_as_needed();
  bool begin_attempt(Writability::Purpose purpose, Reason reason = Reason::need);
  void attempt(Attempt attempt, InFlight& set_up);
  void connected(const Attempt& attempt, std::unique_ptr<Connection> connection);
  void cannot_connect(const Attempt& attempt, const std::exception& failure);
  void end_attempt(const Attempt& attempt);
  bool await_connection(Worker& worker);
  void take_fresh(Worker& worker);
  void disconnect(Worker& worker);
  void drop_broken(Worker& worker);

  // pool_outages.cpp: what is known of the server, and what follows from it
  bool is_waited_for() override;
  void look_after() override;
  void follow_breaker();
  void begin_period();
  [[nodiscard]] bool may_probe_writes() const;
  void found_writes(Session& session, bool takes_writes, Writability::Purpose purpose);
  void refuse_what_must_fail();

  const PoolOptions options_;
  Liveness& liveness_;
  Watchdog& watchdog_;
  Reachability& writes_;
  const PoolMetrics metrics_;
  const StatementTimes times_;

  mutable std::mutex mutex_;
  std::condition_variable connected_;     ///< threads with a connection wait here
  std::condition_variable disconnected_;  ///< and those without one here
  Lanes lanes_;
  std::vector<Session> fresh_;  ///< connections that no thread has taken yet
  std::size_t open_ = 0;        ///< connections that are there
  std::size_t working_ = 0;     ///< those of them that threads work with
  std::size_t closing_ = 0;     ///< those that are about to be closed
  std::size_t connecting_ = 0;  ///< attempts that are expected to make one soon
  std::size_t retrying_ = 0;    ///< threads that have a job and no connection
  Backoff backoff_{std::chrono::milliseconds{50}, std::chrono::milliseconds{500}};
  Writability writability_;
  bool left_alone_ = false;  ///< the breaker is open, and what follows from that is done
  /// Increases when the breaker opens or closes. An attempt of an earlier period may hang for long, and is
  /// no longer counted on.
  std::uint64_t period_ = 0;
  bool closed_ = false;
  std::atomic<std::size_t> max_connections_{0};
  LoggedOutage crowded_{"the database makes no more connections", "the database makes connections again"};

  std::vector<std::unique_ptr<Worker>> workers_;
  Attempts attempts_;
};

}  // namespace curt::store::postgres
