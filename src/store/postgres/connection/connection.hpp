#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "curt/base/deadline.hpp"
#include "curt/domain/error.hpp"

#include "store/postgres/connection/failure.hpp"
#include "store/postgres/connection/in_flight.hpp"
#include "store/postgres/connection/libpqxx.hpp"
#include "store/postgres/connection/statement.hpp"

namespace curt::store::postgres {

struct ConnectionOptions {
  std::string connection_string;  ///< complete (connection_string.hpp)
  /// Gives it for each connection, on the thread that connects; empty: it stays the same.
  std::function<std::string()> connection_string_now;
  bool prepared_statements = true;
  std::chrono::milliseconds statement_timeout{5000};
};

/// A connection to the server, for one thread at a time. It is never mended: once it is broken, it is thrown
/// away. Failures are exceptions of libpqxx.
///
/// Without prepared statements there may be a pooler in transaction mode in between, where what is set
/// outlives a transaction in another client's connection, if at all: then every statement runs in a
/// transaction that brings its timeouts along.
///
/// What a caller no longer waits for does not go on in the server: from PostgreSQL 14 on, it notices within
/// half a second that the socket was shut down, and a transaction that brings its timeouts along gives each
/// statement no more than what is left of the deadline.
class Connection {
 public:
  /// Connects; blocks for as long as the connection string lets it, or `most` for each host if that is less,
  /// and then for kSetUpTimeout at most if somebody looks after `set_up`, which it uses only until then.
  Connection(const ConnectionOptions& options, const StatementTimes& times, InFlight& set_up,
             std::optional<std::chrono::seconds> most = std::nullopt);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static constexpr std::chrono::seconds kSetUpTimeout{2};

  /// From now on it works for the thread whose jobs are there. Before that, nothing can be committed.
  void work_for(InFlight& in_flight) noexcept { in_flight_ = &in_flight; }

  /// Runs a statement and gives its rows.
  pqxx::result run(const Statement& statement, const Parameters& parameters = {});

  /// Like run(), for a statement that writes and is a transaction by itself. Throws TooLate if the caller
  /// waits no longer.
  pqxx::result run_and_commit(const Statement& statement, const Parameters& parameters);

  /// Like run(), for a statement whose SQL has a few variants; each is prepared at its first use.
  pqxx::result run_variant(const Statement& statement, const std::string& sql, const Parameters& parameters);

  /// Runs SQL that is not the same every time, several statements too, as that statement. Only within a
  /// transaction.
  void run_once(const Statement& statement, const std::string& sql);

  /// Adds rows to a table with COPY, as that statement; `columns` are names with commas. Only within a
  /// transaction; a failure breaks the connection.
  template <class... Fields>
  void copy(const Statement& statement, const std::string& table, const std::string& columns,
            const std::vector<std::tuple<Fields...>>& rows) {
    if (statement.is_charged()) ++statements_;
    try {
      timed(statement, [&] {
        copy_rows(connection_, table, columns, rows);
        return rows.size();
      });
    } catch (...) {
      // It is unknown whether the server still waits for rows.
      broken_ = true;
      throw;
    }
  }

  /// Whether it must not be used again.
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

  /// Whether the connection is quiet, as one that waits must be: else the server has ended it.
  [[nodiscard]] bool is_quiet() const;

  [[nodiscard]] int socket() const { return connection_.sock(); }

  /// Whether the server takes writes, as it told when the connection was made.
  [[nodiscard]] bool takes_writes() const noexcept { return takes_writes_; }

  /// Whether it has refused a write since, because it takes none.
  [[nodiscard]] bool refused_write() const noexcept { return refused_write_; }

  /// The server's own limit, if it told.
  [[nodiscard]] std::optional<std::size_t> max_connections() const noexcept { return max_connections_; }

  /// New jobs begin; the last deadline of them.
  void begin_jobs(Deadline deadline) noexcept {
    deadline_ = deadline;
    lost_.reset();
  }

  /// What a job that runs no further was told when the connection broke; nothing where none was told so. The
  /// server may have answered, as where a prepared statement is gone.
  struct Loss {
    bool answered = false;
    std::string why;
  };
  [[nodiscard]] const std::optional<Loss>& loss() const noexcept { return lost_; }

  /// Until when the job that runs now is waited for.
  void set_deadline(Deadline deadline) noexcept { deadline_ = deadline; }
  [[nodiscard]] Deadline deadline() const noexcept { return deadline_; }

  /// Statements so far that are charged to calls.
  [[nodiscard]] std::uint32_t statements() const noexcept { return statements_; }

  /// The error for what a job threw; notes whether it was lost with the connection.
  [[nodiscard]] Error failure(const std::exception_ptr& exception);

 private:
  friend class Transaction;

  /// What is to be run, and what is kept about it.
  struct Run {
    const Statement& statement;
    std::string name;  ///< under which it is prepared
    const char* sql;
    const Parameters& parameters;
    bool& prepared;
  };

  pqxx::result run_alone(const Run& run);
  pqxx::result run_now(const Run& run);
  void control(const Statement& statement, const std::string& sql);
  void set_up();
  void ask_for_notice_of_hang_up(const char* current);
  [[nodiscard]] std::string transaction_limits() const;

  /// Runs `work` and observes its time; notes whether what it throws breaks the connection.
  template <class Work>
  auto timed(const Statement& statement, const Work& work) {
    const Histogram& time = times_.of(statement);
    const auto begun = std::chrono::steady_clock::now();
    try {
      auto outcome = work();
      time.observe(std::chrono::steady_clock::now() - begun);
      return outcome;
    } catch (const std::exception& e) {
      time.observe(std::chrono::steady_clock::now() - begun);
      const Failure kind = kind_of(e);
      if (kind == Failure::read_only) refused_write_ = true;
      if (kind == Failure::broken || kind == Failure::useless || refused_write_ || !connection_.is_open()) {
        broken_ = true;
      }
      throw;
    }
  }

  /// One of a statement's variants.
  struct Variant {
    std::string name;
    bool prepared = false;
  };

  const ConnectionOptions& options_;
  const StatementTimes& times_;
  InFlight* in_flight_ = nullptr;  ///< null before work_for()
  pqxx::connection connection_;
  Silence silence_;
  bool broken_ = false;
  bool takes_writes_ = true;
  bool refused_write_ = false;
  bool in_transaction_ = false;
  bool notices_hang_up_ = false;  ///< the server can be told to look whether we are still there
  std::optional<Loss> lost_;
  Deadline deadline_{Deadline::clock::time_point::max()};
  std::uint32_t statements_ = 0;
  std::optional<std::size_t> max_connections_;
  std::array<bool, Statement::kCount> prepared_{};
  std::unordered_map<std::string, Variant> variants_;  ///< by their SQL
};

/// A transaction of the connection, rolled back at its end unless it was committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Makes the writes durable. Throws TooLate if the caller waits no longer.
  void commit();

  /// Ends a transaction that wrote nothing, or one whose commit the caller has allowed already.
  void end();

 private:
  Connection& connection_;
};

}  // namespace curt::store::postgres
