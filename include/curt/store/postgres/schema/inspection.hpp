#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/domain/error.hpp"

namespace curt::store {

/// What a connection string of libpq names, without its password; PG* variables of the environment fill in
/// what it leaves open.
struct PostgresTarget {
  std::string hosts;     ///< with ports and commas between, or the folder of a socket
  std::string database;  ///< empty: that of the user's name
  std::string user;
  std::string sslmode;         ///< such as "prefer", libpq's default
  std::size_t host_count = 1;  ///< each is tried in turn
  bool is_local = false;       ///< a socket, or loopback addresses only
  /// As they are written, one for all hosts or one for each.
  std::vector<std::string> ports = {};
};

/// invalid_value where it is no connection string: libpq's reason, without what may be a part of a password.
[[nodiscard]] result<PostgresTarget> postgres_target(const std::string& url);

/// What a PostgreSQL server tells of itself and of the database.
struct PostgresFacts {
  /// What stands between this process and the server.
  enum class Pooler : std::uint8_t {
    none,
    some,         ///< a pooler; of which mode does not show
    transaction,  ///< one that gives a connection away between transactions
  };

  std::chrono::microseconds connected_in{0};  ///< with TLS and login
  std::chrono::microseconds answered_in{0};   ///< one small query, the fastest of a few
  std::string version;                        ///< such as "15.8"
  int version_number = 0;                     ///< such as 150008
  std::string user;
  bool is_superuser = false;
  bool is_standby = false;
  bool is_read_only = false;  ///< transactions of this role in this database begin so
  std::string tls;            ///< its version; empty: none, or not told
  Pooler pooler = Pooler::none;
  std::chrono::milliseconds ahead{0};    ///< its clock, compared with ours
  std::size_t max_connections = 0;       ///< for roles that are no superuser
  std::size_t open_connections = 0;      ///< all clients'
  std::size_t claims = 0;                ///< what the processes of curt that are connected may take together
  std::optional<std::size_t> own_limit;  ///< most connections of this role or to this database
  std::vector<std::string> missing_rights;  ///< such as "INSERT on links", on the tables that are there
  bool owns_tables = false;                 ///< so that it can make partitions
  bool can_create = false;                  ///< new tables, in the schema where they would be made
  std::optional<std::int64_t> days_ahead;  ///< days after today that have partitions of visits; -1: today has
                                           ///< none; nothing where there is no such table
  bool searches_by_index = true;           ///< or there are no texts of the search yet
  std::string unanswered;  ///< why a question was refused, and what follows it not asked; empty: all is known
};

/// Asks; changes nothing. Blocks for `timeout` for the connection to each host, twice as long for all
/// answers, and some seconds more for a second session where a pooler is. An error, mostly unavailable, says
/// why there is no connection, or that nothing was answered in time.
[[nodiscard]] result<PostgresFacts> inspect_postgres(const std::string& url, std::chrono::seconds timeout);

}  // namespace curt::store
