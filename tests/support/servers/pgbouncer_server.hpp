#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "support/servers/child_process.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// A PgBouncer from Debian's package before a PostgreSQL server, on a free port of 127.0.0.1.
class PgBouncerServer {
 public:
  /// Starts it. `postgres` outlives it; at most `server_connections` are made to each of its databases.
  /// `mode` is its pool_mode.
  explicit PgBouncerServer(const PostgresServer& postgres, int server_connections = 20,
                           const std::string& mode = "transaction");
  ~PgBouncerServer();
  PgBouncerServer(const PgBouncerServer&) = delete;
  PgBouncerServer& operator=(const PgBouncerServer&) = delete;

  /// The connection string through it to a database of the server, of which this is the direct one.
  [[nodiscard]] std::string url(const std::string& direct_url) const;

 private:
  void start(const PostgresServer& postgres, int server_connections, const std::string& mode);

  TempFolder folder_;
  std::uint16_t port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace curt::test
