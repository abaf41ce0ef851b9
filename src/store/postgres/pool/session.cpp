#include "store/postgres/pool/session.hpp"

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

Session::Session(const SessionOptions& options, const SessionTimes& times, InFlight& in_flight)
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

template <class Work>
auto Session::timed(const Histogram& time, const Work& work) {
  const auto begun = std::chrono::steady_clock::now();
  try {
    auto outcome = work();
    time.observe(std::chrono::steady_clock::now() - begun);
    return outcome;
  } catch (const std::exception& e) {
    time.observe(std::chrono::steady_clock::now() - begun);
    const Failure kind = kind_of(e);
    if (kind == Failure::broken || kind == Failure::useless || !connection_.is_open()) broken_ = true;
    throw;
  }
}

pqxx::result Session::run(Statement statement, const Parameters& parameters) {
  return run_alone({std::string{name_of(statement)}, sql_of(statement), parameters,
                    prepared_[static_cast<std::size_t>(statement)], times_.statements.of(statement),
                    is_charged(statement)});
}

pqxx::result Session::run(VisitStatement statement, const Parameters& parameters) {
  return run_alone({std::string{name_of(statement)}, sql_of(statement), parameters,
                    prepared_visits_[static_cast<std::size_t>(statement)], times_.visits.of(statement),
                    is_charged(statement)});
}

pqxx::result Session::run_and_commit(Statement statement, const Parameters& parameters) {
  if (!in_flight_.begin_commit()) throw TooLate{};
  return run(statement, parameters);
}

pqxx::result Session::run_list(std::size_t variant, const std::string& sql, const Parameters& parameters) {
  return run_alone({fmt::format("list_links_{}", variant), sql, parameters, prepared_lists_[variant],
                    times_.statements.of(Statement::list_links), true});
}

void Session::run_once(VisitStatement statement, const std::string& sql) {
  timed(times_.visits.of(statement), [&] { return execute(connection_, sql); });
}

void Session::copy_visits(const std::vector<VisitRow>& rows) {
  ++statements_;
  try {
    timed(times_.visits.of(VisitStatement::copy_visits), [&] {
      copy_rows(connection_, "visits", "code,at,version,bot,address,referrer,user_agent", rows);
      return rows.size();
    });
  } catch (...) {
    // Nobody can say whether the server still waits for rows.
    broken_ = true;
    throw;
  }
}

pqxx::result Session::run_alone(const Run& run) {
  if (options_.prepared_statements || in_transaction_) return run_now(run);
  Transaction transaction{*this};
  pqxx::result rows = run_now(run);
  transaction.end();
  return rows;
}

pqxx::result Session::run_now(const Run& run) {
  if (run.charged) ++statements_;
  return timed(run.time, [&] {
    if (!options_.prepared_statements) return execute(connection_, run.sql, run.parameters);
    if (!run.prepared) {
      connection_.prepare(run.name, run.sql);
      run.prepared = true;
    }
    return execute_prepared(connection_, run.name, run.parameters);
  });
}

void Session::control(Statement statement, const std::string& sql) {
  const auto begun = std::chrono::steady_clock::now();
  try {
    const pqxx::result nothing = execute(connection_, sql);
    times_.statements.of(statement).observe(std::chrono::steady_clock::now() - begun);
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
  // Whatever the role's default is: who waited for another transaction must see what that has done.
  std::string sql = "BEGIN ISOLATION LEVEL READ COMMITTED";
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
