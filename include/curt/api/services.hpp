#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "curt/access/key_follower.hpp"
#include "curt/access/key_service.hpp"
#include "curt/access/keys.hpp"
#include "curt/api/component_state.hpp"
#include "curt/api/side_thread.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"
#include "curt/limits/blocklist/host_lists.hpp"
#include "curt/limits/rate_limiter.hpp"
#include "curt/links/link_cache.hpp"
#include "curt/links/link_service.hpp"
#include "curt/links/link_store.hpp"
#include "curt/links/resolver.hpp"
#include "curt/links/visit_budget.hpp"
#include "curt/visits/bots/bot_memo.hpp"
#include "curt/visits/statistics/statistics.hpp"

namespace curt::api {

/// Where the process is in its life.
enum class LifeStage { starting, serving, stopping };

/// Whether owners show a key. Where they need not, one that is shown counts all the same.
enum class Auth { open, keys };

struct ApiOptions {
  std::string base_url{};                   ///< without a slash at its end
  std::string root_redirect{};              ///< where GET / leads; empty for our own page
  std::vector<std::string> cors_origins{};  ///< "*" for any
  /// Whether only this machine can reach the service. Then a page on the web may do so from a browser here
  /// under any name that its owner points at 127.0.0.1, so that what is for owners and readers is asked for
  /// under our own names only.
  bool loopback_only = false;
  /// Whether owners' routes are open to all who get there. Else, where only this machine does, they are not
  /// for those whom a proxy on it lets in.
  bool allow_open = false;
  Auth auth = Auth::open;
  bool public_shorten = false;  ///< whether anybody may make links where keys are asked for
  bool public_aliases = false;  ///< and choose their codes
  bool metrics_apart = false;   ///< whether a listener of their own has /metrics and the whole /health
  std::chrono::milliseconds redirect_deadline{1000};
  std::chrono::milliseconds api_deadline{5000};
};

/// How the cache that instances share is doing.
struct SharedCacheHealth {
  Reachability::State state;
  bool listening = false;  ///< to the changes that other instances announce
  /// For how long the database has been asked before it, as it may not know of every change, if that is
  /// longer than one failed announcement takes.
  std::optional<std::chrono::milliseconds> doubted_for{};

  [[nodiscard]] bool is_well() const noexcept { return state.up && listening && !doubted_for; }
};

/// What the threads that hold the database's connections are doing.
struct PoolHealth {
  std::size_t size = 0;     ///< connections that there may be
  std::size_t open = 0;     ///< connections that there are
  std::size_t busy = 0;     ///< connections in use
  std::size_t waiting = 0;  ///< requests that wait for one
};

/// What the instances together may take of the database server's connections.
struct ConnectionBudget {
  std::size_t pool_size = 0;  ///< connections of an instance's pool
  std::size_t instances = 1;
  std::size_t max_connections = 0;  ///< the limit of the server
  /// What the processes that are connected now say they may take together; 0: not known, as behind a pooler.
  std::size_t claimed = 0;

  /// Postgres keeps this many for superusers unless it is told otherwise.
  static constexpr std::size_t kReserved = 3;

  /// An instance has one more, to look at the outbox.
  static constexpr std::size_t kBesidePool = 1;

  /// By those that run, and by those that are said to.
  [[nodiscard]] std::size_t wanted() const noexcept {
    return std::max(claimed, (pool_size + kBesidePool) * instances);
  }

  [[nodiscard]] bool fits() const noexcept { return wanted() + kReserved <= max_connections; }
};

/// How this process gets its visits into the database.
struct VisitHealth {
  bool handing_on = true;       ///< batches reach the database, or the stream
  bool keeping = true;          ///< batches can be kept on the disk until then
  std::uint64_t in_flight = 0;  ///< visits that were taken and are not in the database
  std::chrono::seconds lag{0};  ///< age of the oldest of them
  std::uint64_t spool_bytes = 0;
  std::chrono::seconds longest_lag{60};  ///< above it something is wrong, such as that no worker runs

  [[nodiscard]] bool is_well() const noexcept { return handing_on && keeping && lag <= longest_lag; }
};

/// How current the lists of blocked and allowed hosts are.
struct ListsHealth {
  std::size_t blocked = 0;  ///< entries
  std::size_t allowed = 0;
  Timestamp read_at;                 ///< when what is in force was read
  std::optional<std::string> error;  ///< why the files could not be read since, with their names
};

/// What /health shows of the parts that not every setup has; an empty function is a part that is not there.
struct HealthSources {
  std::function<Reachability::State()> database;
  std::function<Reachability::State()> database_writes;  ///< whether it takes writes while it answers
  std::function<bool()> misses_changes;  ///< whether changes by others cannot be followed while it answers
  std::function<PoolHealth()> pool;
  std::function<std::optional<ConnectionBudget>()> budget;
  std::function<SharedCacheHealth()> shared_cache;
  std::function<VisitHealth()> visits;
  std::function<access::KeysHealth()> keys;
  std::function<ListsHealth()> lists;
};

/// Everything that a handler may need. Outlives all of them; thread-safe as its parts are.
struct Services {
  const ApiOptions& options;
  links::LinkService& links;
  links::Resolver& resolver;
  links::LinkStore& store;
  visits::Statistics& statistics;
  links::LinkCache& cache;
  const Clock& clock;
  const Metrics& metrics;
  const std::atomic<LifeStage>& life_stage;
  ComponentState& database_state;
  const HealthSources& health;
  Timestamp started_at;
  links::VisitBudget& budget;
  visits::BotMemo& bots;
  SideThread& side_thread;
  access::Keys& keys;
  access::KeyService& key_service;
  limits::RateLimiter& limits;
  const limits::HostLists& lists;
};

}  // namespace curt::api
