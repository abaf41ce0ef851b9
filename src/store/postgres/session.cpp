#include "store/postgres/session.hpp"

#include <charconv>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>

namespace curt::store::postgres {
namespace {

/// What bounds a statement, and a transaction whose client is gone. SET or SET LOCAL.
std::string limits(std::string_view set, std::chrono::milliseconds timeout) {
  return fmt::format("{0} statement_timeout = {1}; {0} idle_in_transaction_session_timeout = {1}", set,
                     timeout.count());
}

constexpr std::chrono::seconds kSetUpTimeout{2};

std::optional<std::size_t> read_number(const char* text) {
  std::size_t number = 0;
  const char* end = text + std::strlen(text);
  const auto [stopped, failed] = std::from_chars(text, end, number);
  if (failed != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

Session::Session(const SessionOptions& options, const StatementTimes& times, InFlight& in_flight)
    : options_(options),
      times_(times),
      in_flight_(in_flight),
      connection_(options.connection_string),
      silence_(connection_) {
  set_up();
}

void Session::set_up() {
  std::string sql = "SHOW max_connections";
  if (options_.prepared_statements) {
    sql = limits("SET", options_.statement_timeout) + "; " + sql;
  }
  // A server that hangs right after the login is nobody's job yet, but the thread must come free all the
  // same.
  in_flight_.begin_set_up(connection_.sock(), Deadline::in(kSetUpTimeout));
  pqxx::result rows;
  try {
    rows = execute(connection_, sql);
  } catch (...) {
    in_flight_.end_set_up();
    throw;
  }
  in_flight_.end_set_up();
  if (!rows.empty()) max_connections_ = read_number(rows[0][0].c_str());
}

pqxx::result Session::run(Statement statement, const Parameters& parameters) {
  return run_alone(statement, std::string{name_of(statement)}, sql_of(statement), parameters,
                   prepared_[static_cast<std::size_t>(statement)]);
}

pqxx::result Session::run_list(std::size_t variant, const std::string& sql, const Parameters& parameters) {
  return run_alone(Statement::list_links, fmt::format("list_links_{}", variant), sql, parameters,
                   prepared_lists_[variant]);
}

pqxx::result Session::run_alone(Statement statement, const std::string& name, const std::string& sql,
                                const Parameters& parameters, bool& prepared) {
  if (options_.prepared_statements || in_transaction_) {
    return run_now(statement, name, sql, parameters, prepared);
  }
  Transaction transaction{*this};
  pqxx::result rows = run_now(statement, name, sql, parameters, prepared);
  transaction.end();
  return rows;
}

pqxx::result Session::run_now(Statement statement, const std::string& name, const std::string& sql,
                              const Parameters& parameters, bool& prepared) {
  if (is_charged(statement)) ++statements_;
  const auto begun = std::chrono::steady_clock::now();
  try {
    if (options_.prepared_statements && !prepared) {
      connection_.prepare(name, sql);
      prepared = true;
    }
    pqxx::result rows = options_.prepared_statements ? execute_prepared(connection_, name, parameters)
                                                     : execute(connection_, sql, parameters);
    times_.of(statement).observe(std::chrono::steady_clock::now() - begun);
    return rows;
  } catch (const std::exception& e) {
    times_.of(statement).observe(std::chrono::steady_clock::now() - begun);
    const Failure kind = kind_of(e);
    if (kind == Failure::broken || kind == Failure::useless || !connection_.is_open()) broken_ = true;
    throw;
  }
}

void Session::control(Statement statement, const std::string& sql) {
  const auto begun = std::chrono::steady_clock::now();
  try {
    const pqxx::result nothing = execute(connection_, sql);
    times_.of(statement).observe(std::chrono::steady_clock::now() - begun);
  } catch (...) {
    // Whatever it was, nobody can say which transaction the connection is in now.
    broken_ = true;
    throw;
  }
}

bool Session::is_quiet() const {
  pollfd unasked{connection_.sock(), POLLIN, 0};
  return ::poll(&unasked, 1, 0) == 0;
}

Error Session::failure(const std::exception_ptr& exception) const {
  return error_of(exception, in_flight_.commit());
}

Transaction::Transaction(Session& session) : session_(session) {
  std::string sql = "BEGIN";
  if (!session.options_.prepared_statements) {
    sql += "; " + limits("SET LOCAL", session.options_.statement_timeout);
  }
  session_.control(Statement::begin, sql);
  session_.in_transaction_ = true;
}

Transaction::~Transaction() {
  if (!session_.in_transaction_) return;
  session_.in_transaction_ = false;
  if (session_.is_broken()) return;
  try {
    session_.control(Statement::roll_back, sql_of(Statement::roll_back));
  } catch (const std::exception&) {
    // The session is broken now, and the server rolls back what it does not know the end of.
  }
}

void Transaction::commit() {
  if (!session_.in_flight_.begin_commit()) throw TooLate{};
  end();
}

void Transaction::end() {
  session_.in_transaction_ = false;
  session_.control(Statement::commit, sql_of(Statement::commit));
}

}  // namespace curt::store::postgres
