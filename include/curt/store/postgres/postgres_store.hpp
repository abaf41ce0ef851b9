#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"
#include "curt/domain/error.hpp"
#include "curt/store/postgres/pool/connection_claims.hpp"
#include "curt/store/postgres/pool/pool_state.hpp"
#include "curt/store/store.hpp"

namespace curt::store {

struct PostgresOptions {
  /// What libpq takes: postgresql://… or keywords and values, several hosts and target_session_attrs too.
  std::string url;
  /// Gives the URL for each connection that is made, so that a changed password is taken; empty: `url` stays.
  /// Called on the store's threads, also at once; may block for a moment.
  std::function<std::string()> url_now = {};
  /// Of each connection, unless the URL has another; where it is a claiming_name(), all claims are counted.
  std::string application_name = "curt";
  std::size_t pool_size = 8;       ///< threads, with at most one connection each; at least one
  std::size_t pool_min = 0;        ///< connections that are made at the start, and kept
  std::size_t queue_length = 100;  ///< requests that may wait, of each kind
  std::size_t most_creates = std::numeric_limits<std::size_t>::max();  ///< that may wait, in groups or not
  double client_share = 0;                  ///< part of them that one client may be while others wait; 0: any
  bool prepared_statements = true;          ///< off behind a pooler in transaction mode
  std::chrono::seconds connect_timeout{2};  ///< for each host; libpq takes no less than 2
  /// What the server spends on one statement, waits for locks included.
  std::chrono::milliseconds statement_timeout{5000};
  std::chrono::milliseconds queue_timeout{5000};  ///< how long a job waits for a thread, at most
  std::chrono::seconds idle_timeout{600};  ///< a connection that was not used for so long is closed; 0: never
};

/// Links and visits in a PostgreSQL database that instances share.
class PostgresStore : public Store {
 public:
  /// Whether the database answers.
  [[nodiscard]] virtual const Reachability& reachability() const noexcept = 0;

  /// Whether it takes writes, as far as it was known when the database answered last.
  [[nodiscard]] virtual const Reachability& writes() const noexcept = 0;

  [[nodiscard]] virtual PoolState pool() const = 0;

  /// The server's own limit of connections, as the last connect found it; nothing before the first.
  [[nodiscard]] virtual std::optional<std::size_t> max_connections() const noexcept = 0;

  /// What all processes together may take of them, as it was within the last minute; nothing where that is
  /// not known, as behind a pooler.
  [[nodiscard]] virtual std::optional<ConnectionClaims> claims() const = 0;
};

/// Starts the store's threads, which connect when there is something to do: a database that cannot be reached
/// is no error here. Calls fail with unavailable at once while it is known to be down, and go on within 2 s
/// of its return. Calls that write fail in the same way while it answers and takes no writes, and go on
/// within 2 s of its taking them again. The schema must be there (migrations.hpp). The error is for a
/// connection string that libpq does not take; it does not repeat it, since there may be a password in it.
///
/// Every call is answered at its deadline, even by a server that hangs. The store finishes in its destructor
/// what it has accepted. `clock`, `metrics`, and the io_contexts of callers that wait, must outlive it.
[[nodiscard]] result<std::unique_ptr<PostgresStore>> open_postgres_store(const PostgresOptions& options,
                                                                         const Clock& clock,
                                                                         Metrics& metrics);

}  // namespace curt::store
