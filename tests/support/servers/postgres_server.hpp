#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/servers/child_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// A PostgreSQL server of our own, from Debian's package: a new cluster in a folder that is removed at the
/// end, on a free port of 127.0.0.1 and a socket in that folder. It keeps its data through kill() and
/// start(), but not through a loss of power: fsync is off.
class PostgresServer {
 public:
  /// Makes the cluster and starts the server; some seconds. Throws std::runtime_error with the server's log.
  PostgresServer();
  /// Makes a standby of another server, which follows it until it is promoted.
  struct StandbyOf {
    const PostgresServer& primary;
  };
  explicit PostgresServer(StandbyOf of);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// The one of this process, started at its first use and stopped when the process ends. What stops or
  /// stalls a server takes one of its own, or leaves it running again.
  [[nodiscard]] static PostgresServer& shared();

  /// The connection string of a database.
  [[nodiscard]] std::string url(const std::string& database = "postgres") const;

  /// Makes an empty database of a new name; its name.
  [[nodiscard]] std::string fresh_database();

  /// The same with the schema of this binary; its connection string.
  [[nodiscard]] std::string fresh_schema();

  /// Runs SQL in a database and gives the first column of the first row; empty if there is none.
  std::string ask(const std::string& sql, const std::string& database = "postgres") const;

  void start();
  /// Ends it as an administrator does who does not wait for clients.
  void stop();
  /// Ends it as a crash of the machine's memory would.
  void kill();

  /// The server and all of its backends stand still, and go on.
  void hang();
  void resume();

  /// Every session takes no writes any more, or takes them again.
  void refuse_writes() const;
  void take_writes() const;

  /// Makes a primary of a standby.
  void promote() const;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// What the server has logged so far.
  [[nodiscard]] std::string log() const;

 private:
  void make_data(std::vector<std::string> command);
  void signal_all(int signal) const;

  TempFolder folder_;
  std::filesystem::path data_ = folder_.path() / "data";
  std::filesystem::path programs_;  ///< the folder of the newest server's programs
  std::uint16_t port_ = 0;
  std::unique_ptr<ChildProcess> process_;
  std::string log_;  ///< of processes that ended
  std::atomic<int> databases_{0};
  bool has_schema_ = false;  ///< the template for fresh_schema()
};

}  // namespace curt::test
