#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "curt/base/deadline.hpp"
#include "curt/domain/error.hpp"

#include "store/postgres/pool/in_flight.hpp"
#include "store/postgres/pool/libpqxx.hpp"
#include "store/postgres/pool/statements.hpp"
#include "store/postgres/pool/visit_statements.hpp"

namespace curt::store::postgres {

struct SessionOptions {
  std::string connection_string;  ///< complete (connection_string.hpp)
  bool prepared_statements = true;
  std::chrono::milliseconds statement_timeout{5000};
};

/// How long each statement took, over all connections of a store.
struct SessionTimes {
  explicit SessionTimes(Metrics& metrics) : statements(metrics, "postgres"), visits(metrics, "postgres") {}

  StatementTimes statements;
  VisitStatementTimes visits;
};

/// A row of the table visits: code, at, version, bot, address, referrer, user agent.
using VisitRow = std::tuple<std::string, std::int64_t, std::int64_t, bool, std::optional<std::string>,
                            std::optional<std::string>, std::optional<std::string>>;

/// A connection to the server, for one thread at a time; the Session of its jobs. It is never mended: once it
/// is broken, it is thrown away. Failures are exceptions of libpqxx.
///
/// Without prepared statements it may be behind a pooler in transaction mode, where what is set outlives a
/// transaction in somebody else's session, if at all: then every statement runs in a transaction that brings
/// its time-outs along.
class Session {
 public:
  /// Connects; blocks for as long as the connection string lets it.
  Session(const SessionOptions& options, const SessionTimes& times, InFlight& in_flight);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs a statement with $1, $2 …, and gives its rows.
  pqxx::result run(Statement statement, const Parameters& parameters = {});
  pqxx::result run(VisitStatement statement, const Parameters& parameters = {});

  /// The same for one that writes and is a transaction by itself. Throws TooLate if the caller waits no
  /// longer.
  pqxx::result run_and_commit(Statement statement, const Parameters& parameters);

  /// As run(), for one of the variants of list_links, below kListVariants.
  static constexpr std::size_t kListVariants = 80;
  pqxx::result run_list(std::size_t variant, const std::string& sql, const Parameters& parameters);

  /// Runs SQL that is not the same every time, several statements too, for a statement that has none of its
  /// own. Only within a transaction.
  void run_once(VisitStatement statement, const std::string& sql);

  /// Adds rows to the table visits with COPY. Only within a transaction; a failure breaks the session.
  void copy_visits(const std::vector<VisitRow>& rows);

  /// Whether it must not be used again.
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

  /// Whether the connection is quiet, as one that waits must be: else the server has ended it.
  [[nodiscard]] bool is_quiet() const;

  [[nodiscard]] int socket() const { return connection_.sock(); }

  /// The server's own limit, if it told.
  [[nodiscard]] std::optional<std::size_t> max_connections() const noexcept { return max_connections_; }

  /// Until when the job that runs now is waited for.
  void set_deadline(Deadline deadline) noexcept { deadline_ = deadline; }
  [[nodiscard]] Deadline deadline() const noexcept { return deadline_; }

  /// Statements so far that are charged to calls.
  [[nodiscard]] std::uint32_t statements() const noexcept { return statements_; }

  /// The error for what a job threw.
  [[nodiscard]] Error failure(const std::exception_ptr& exception) const;

 private:
  friend class Transaction;

  /// What is to be run, and what is kept about it.
  struct Run {
    std::string name;
    const std::string& sql;
    const Parameters& parameters;
    bool& prepared;
    const Histogram& time;
    bool charged;
  };

  pqxx::result run_alone(const Run& run);
  pqxx::result run_now(const Run& run);
  /// Runs `work` and observes its time; notes whether what it throws breaks the session.
  template <class Work>
  auto timed(const Histogram& time, const Work& work);
  void control(Statement statement, const std::string& sql);
  void set_up();

  const SessionOptions& options_;
  const SessionTimes& times_;
  InFlight& in_flight_;
  pqxx::connection connection_;
  Silence silence_;
  bool broken_ = false;
  bool in_transaction_ = false;
  Deadline deadline_{Deadline::clock::time_point::max()};
  std::uint32_t statements_ = 0;
  std::optional<std::size_t> max_connections_;
  std::array<bool, kStatementCount> prepared_{};
  std::array<bool, kListVariants> prepared_lists_{};
  std::array<bool, kVisitStatementCount> prepared_visits_{};
};

/// A transaction of the session, rolled back at its end unless it was committed.
class Transaction {
 public:
  explicit Transaction(Session& session);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Makes the writes durable. Throws TooLate if the caller waits no longer.
  void commit();

  /// Ends a transaction that wrote nothing, or one whose commit the caller has allowed already.
  void end();

 private:
  Session& session_;
};

}  // namespace curt::store::postgres
