#include "store/postgres/connection/connection.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include <fmt/format.h>
#include <poll.h>

#include "store/postgres/connection/connection_string.hpp"

namespace curt::store::postgres {
namespace {

// The level is named whatever the role's default is: a transaction that waited for another one must see what
// that has done.
constexpr Statement kBegin{"begin", "BEGIN ISOLATION LEVEL READ COMMITTED", Charge::nothing};
constexpr Statement kCommit{"commit", "COMMIT", Charge::nothing};
constexpr Statement kRollBack{"roll_back", "ROLLBACK", Charge::nothing};

/// What bounds a statement, and a transaction whose client is gone. SET or SET LOCAL.
std::string limits(std::string_view set, std::chrono::milliseconds timeout) {
  return fmt::format("{0} statement_timeout = {1}; {0} idle_in_transaction_session_timeout = {1}", set,
                     timeout.count());
}

/// How often the server looks whether the client of a running statement is still there (from PostgreSQL 14
/// on, manual section 20.3.2). In milliseconds.
constexpr int kHangUpInterval = 500;

std::optional<std::size_t> read_number(const char* text) {
  std::size_t number = 0;
  const char* end = text + std::strlen(text);
  const auto [stopped, failed] = std::from_chars(text, end, number);
  if (failed != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

std::string string_of(const ConnectionOptions& options, std::optional<std::chrono::seconds> most) {
  const auto& now = options.connection_string_now;
  std::string complete = now ? now() : options.connection_string;
  return most ? with_connect_timeout_at_most(*most, complete) : complete;
}

}  // namespace

Connection::Connection(const ConnectionOptions& options, const StatementTimes& times, InFlight& set_up_flight,
                       std::optional<std::chrono::seconds> most)
    : options_(options), times_(times), connection_(string_of(options, most)), silence_(connection_) {
  // No job waits yet for a server that hangs right after the login, but the thread must not hang with it.
  set_up_flight.begin_set_up(connection_.sock(), Deadline::in(kSetUpTimeout));
  try {
    set_up();
  } catch (...) {
    set_up_flight.end_set_up();
    throw;
  }
  set_up_flight.end_set_up();
}

void Connection::set_up() {
  std::string sql =
      "SELECT current_setting('max_connections'), current_setting('transaction_read_only'),"
      " current_setting('client_connection_check_interval', true)";
  if (options_.prepared_statements) sql = limits("SET", options_.statement_timeout) + "; " + sql;
  const pqxx::result rows = execute(connection_, sql);
  if (rows.empty()) return;
  max_connections_ = read_number(rows[0][0].c_str());
  takes_writes_ = rows[0][1].c_str() != std::string_view{"on"};
  ask_for_notice_of_hang_up(rows[0][2].is_null() ? nullptr : rows[0][2].c_str());
}

/// `current` is how often the server looks already, as it shows it; null before PostgreSQL 14, which cannot.
void Connection::ask_for_notice_of_hang_up(const char* current) {
  if (current == nullptr || current != std::string_view{"0"}) return;
  // Without prepared statements it is only tried here, as it may be another client's session afterwards.
  const bool is_local = !options_.prepared_statements;
  try {
    const pqxx::result rows =
        execute(connection_, fmt::format("SELECT set_config('client_connection_check_interval', '{}', {})",
                                         kHangUpInterval, is_local));
    notices_hang_up_ = !rows.empty();
  } catch (const pqxx::sql_error& e) {
    // Its operating system cannot tell it.
    if (kind_of(e) == Failure::broken) throw;
  }
}

pqxx::result Connection::run(const Statement& statement, const Parameters& parameters) {
  return run_alone(
      {statement, std::string{statement.name()}, statement.sql(), parameters, prepared_[statement.number()]});
}

pqxx::result Connection::run_and_commit(const Statement& statement, const Parameters& parameters) {
  if (!in_flight_->begin_commit()) throw TooLate{};
  return run(statement, parameters);
}

pqxx::result Connection::run_variant(const Statement& statement, const std::string& sql,
                                     const Parameters& parameters) {
  const auto [entry, is_new] = variants_.try_emplace(sql);
  Variant& variant = entry->second;
  if (is_new) variant.name = fmt::format("{}_{}", statement.name(), variants_.size());
  return run_alone({statement, variant.name, sql.c_str(), parameters, variant.prepared});
}

void Connection::run_once(const Statement& statement, const std::string& sql) {
  timed(statement, [&] { return execute(connection_, sql); });
}

pqxx::result Connection::run_alone(const Run& run) {
  if (options_.prepared_statements || in_transaction_) return run_now(run);
  Transaction transaction{*this};
  pqxx::result rows = run_now(run);
  transaction.end();
  return rows;
}

pqxx::result Connection::run_now(const Run& run) {
  if (run.statement.is_charged()) ++statements_;
  return timed(run.statement, [&] {
    if (!options_.prepared_statements) return execute(connection_, run.sql, run.parameters);
    if (!run.prepared) {
      connection_.prepare(run.name, run.sql);
      run.prepared = true;
    }
    return execute_prepared(connection_, run.name, run.parameters);
  });
}

void Connection::control(const Statement& statement, const std::string& sql) {
  const auto begun = std::chrono::steady_clock::now();
  try {
    const pqxx::result nothing = execute(connection_, sql);
    times_.of(statement).observe(std::chrono::steady_clock::now() - begun);
  } catch (...) {
    // It is unknown which transaction the connection is in now.
    broken_ = true;
    throw;
  }
}

bool Connection::is_quiet() const {
  pollfd unasked{connection_.sock(), POLLIN, 0};
  return ::poll(&unasked, 1, 0) == 0;
}

Error Connection::failure(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    const Failure kind = kind_of(e);
    if (kind == Failure::broken || kind == Failure::useless)
      lost_ = Loss{kind == Failure::useless, text_of(e)};
  } catch (...) {
    lost_.reset();
  }
  return error_of(exception, in_flight_->commit());
}

/// What a transaction that brings its limits along begins with.
std::string Connection::transaction_limits() const {
  // At least a millisecond, as 0 is no limit.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_.remaining());
  const auto timeout = std::clamp(left, std::chrono::milliseconds{1}, options_.statement_timeout);
  std::string sql = limits("SET LOCAL", timeout);
  if (notices_hang_up_) {
    sql += fmt::format("; SET LOCAL client_connection_check_interval = {}", kHangUpInterval);
  }
  return sql;
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  std::string sql = kBegin.sql();
  if (!connection.options_.prepared_statements) {
    sql += "; " + connection.transaction_limits();
  }
  connection_.control(kBegin, sql);
  connection_.in_transaction_ = true;
}

Transaction::~Transaction() {
  if (!connection_.in_transaction_) return;
  connection_.in_transaction_ = false;
  if (connection_.is_broken()) return;
  try {
    connection_.control(kRollBack, kRollBack.sql());
  } catch (const std::exception&) {
    // The connection is broken now, and the server rolls back what it does not know the end of.
  }
}

void Transaction::commit() {
  if (!connection_.in_flight_->begin_commit()) throw TooLate{};
  end();
}

void Transaction::end() {
  connection_.in_transaction_ = false;
  connection_.control(kCommit, kCommit.sql());
}

}  // namespace curt::store::postgres
