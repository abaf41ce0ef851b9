#include "curt/store/postgres/schema/inspection.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>

#include "curt/base/units.hpp"
#include "curt/store/postgres/pool/connection_claims.hpp"

#include "store/postgres/connection/connection_string.hpp"
#include "store/postgres/connection/failure.hpp"
#include "store/postgres/connection/libpqxx.hpp"
#include "store/postgres/pool/connections_for_all.hpp"
#include "store/postgres/visits/details.hpp"

namespace curt::store {
namespace {

using postgres::execute;
using SteadyClock = std::chrono::steady_clock;
using Pooler = PostgresFacts::Pooler;

/// Tables that a serving instance reads and writes; a test compares them with the schema.
constexpr auto kTables = std::to_array<std::string_view>({"links",
                                                          "idempotency",
                                                          "unannounced",
                                                          "shared_cache",
                                                          "visits",
                                                          "visit_totals",
                                                          "visit_hourly",
                                                          "visit_daily",
                                                          "visit_all_hourly",
                                                          "visit_all_daily",
                                                          "visit_upkeep",
                                                          "visit_epochs",
                                                          "visit_rings",
                                                          "visit_batches",
                                                          "visit_periods",
                                                          "visit_period_counts",
                                                          "visit_imports",
                                                          "access_keys",
                                                          "access_key_changes",
                                                          "link_search",
                                                          "link_search_state"});
constexpr std::array<std::string_view, 2> kReadTables{"schema_migrations", "schema_compatibility"};

constexpr const char* kServer =
    "SELECT current_setting('server_version'), current_setting('server_version_num')::int, current_user,"
    " current_setting('is_superuser') = 'on', pg_is_in_recovery(),"
    " current_setting('default_transaction_read_only') = 'on',"
    " coalesce((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), ''),"
    " " CURT_CONNECTIONS_FOR_ALL
    ","
    " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
    " (SELECT least(nullif(rolconnlimit, -1), nullif(datconnlimit, -1)) FROM pg_roles, pg_database"
    "  WHERE rolname = current_user AND datname = current_database()),"
    " coalesce(pg_has_role((SELECT relowner FROM pg_class WHERE oid = to_regclass('visits')), 'USAGE'), "
    "false), coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),"
    " (SELECT coalesce(string_agg(DISTINCT application_name, E'\\n'), '') FROM pg_stat_activity"
    "  WHERE application_name LIKE 'curt %')";

constexpr const char* kClock = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

constexpr const char* kPartitions =
    "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = to_regclass('visits')";

/// The claims of all names, one a line.
std::size_t sum_of_claims(std::string_view names) {
  std::size_t sum = 0;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find('\n'));
    sum += claim_of(name);
    names.remove_prefix(std::min(name.size() + 1, names.size()));
  }
  return sum;
}

std::string missing_rights_sql() {
  std::string wanted;
  const auto want = [&wanted](std::string_view table, std::string_view right) {
    wanted += fmt::format("{}('{}', '{}')", wanted.empty() ? "" : ", ", table, right);
  };
  for (const std::string_view table : kTables) {
    for (const char* right : {"SELECT", "INSERT", "UPDATE", "DELETE"}) want(table, right);
  }
  for (const std::string_view table : kReadTables) want(table, "SELECT");
  return fmt::format(
      "SELECT w.\"right\" || ' on ' || w.name FROM (VALUES {}) AS w (name, \"right\")"
      " WHERE NOT coalesce(has_table_privilege(to_regclass(w.name), w.\"right\"), true)",
      wanted);
}

bool flag(const pqxx::field& field) { return *field.c_str() == 't'; }

/// Questions in one transaction that cannot write, so that they reach one server through any pooler.
class Questions {
 public:
  Questions(pqxx::connection& connection, std::chrono::milliseconds timeout) : connection_(connection) {
    ask(fmt::format("BEGIN READ ONLY; SET LOCAL statement_timeout = {}", timeout.count()));
  }
  ~Questions() {
    if (!connection_.is_open()) return;
    try {
      ask("ROLLBACK");
    } catch (const std::exception&) {  // the connection ends next
    }
  }
  Questions(const Questions&) = delete;
  Questions& operator=(const Questions&) = delete;

  pqxx::result ask(const std::string& sql) { return execute(connection_, sql); }

 private:
  pqxx::connection& connection_;
};

/// Cuts a connection when its time is over, so that who waits for an answer gets an exception. A pooler may
/// keep a session in a queue, where no timeout of the server counts.
class TimeLimit {
 public:
  TimeLimit(const pqxx::connection& connection, std::chrono::milliseconds time)
      : thread_{[this, socket = connection.sock(), time](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any stopped;
          std::unique_lock lock{mutex};
          stopped.wait_for(lock, stop, time, [] { return false; });
          if (stop.stop_requested()) return;
          is_over_ = true;
          ::shutdown(socket, SHUT_RDWR);
        }} {}

  [[nodiscard]] bool is_over() const { return is_over_; }

 private:
  std::atomic<bool> is_over_ = false;
  std::jthread thread_;  // ends before the rest, and before the connection
};

void ask_server(Questions& questions, PostgresFacts& facts) {
  const pqxx::result rows = questions.ask(kServer);
  const auto& row = rows[0];
  facts.version = std::string{row[0].c_str()};
  facts.version = facts.version.substr(0, facts.version.find(' '));
  facts.version_number = row[1].as<int>();
  facts.user = row[2].c_str();
  facts.is_superuser = flag(row[3]);
  facts.is_standby = flag(row[4]);
  facts.is_read_only = flag(row[5]);
  facts.tls = row[6].c_str();
  facts.max_connections = static_cast<std::size_t>(std::max(row[7].as<int>(), 0));
  facts.open_connections = static_cast<std::size_t>(row[8].as<long>());
  facts.claims = sum_of_claims(row[12].c_str());
  if (!row[9].is_null()) facts.own_limit = static_cast<std::size_t>(std::max(row[9].as<int>(), 0));
  facts.owns_tables = flag(row[10]);
  facts.can_create = flag(row[11]);
}

/// The fastest answer tells of both clocks best.
std::int64_t ask_clock(Questions& questions, PostgresFacts& facts) {
  constexpr int kTimes = 3;
  std::int64_t now = 0;
  facts.answered_in = std::chrono::microseconds::max();
  for (int i = 0; i < kTimes; ++i) {
    const auto begun = SteadyClock::now();
    now = questions.ask(kClock)[0][0].as<std::int64_t>();
    const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begun);
    if (taken >= facts.answered_in) continue;
    const auto middle = std::chrono::system_clock::now() - taken / 2;
    const auto ours = std::chrono::duration_cast<std::chrono::milliseconds>(middle.time_since_epoch());
    facts.answered_in = taken;
    facts.ahead = std::chrono::milliseconds{now} - ours;
  }
  return now;
}

void ask_partitions(Questions& questions, std::int64_t now, PostgresFacts& facts) {
  if (questions.ask("SELECT to_regclass('visits')")[0][0].is_null()) return;
  std::vector<std::string> names;
  for (const auto& row : questions.ask(kPartitions)) names.emplace_back(row[0].c_str());
  constexpr std::int64_t kDay = 86'400'000;  // ms
  const std::int64_t today = now / kDay;
  std::int64_t ahead = -1;
  while (std::ranges::find(names, postgres::partition_of(today + ahead + 1)) != names.end()) ++ahead;
  facts.days_ahead = ahead;
}

void ask_search(Questions& questions, PostgresFacts& facts) {
  const pqxx::result rows = questions.ask(
      "SELECT to_regclass('link_search') IS NULL OR to_regclass('link_search_by_trigram') IS NOT NULL");
  facts.searches_by_index = flag(rows[0][0]);
}

int backend_of(pqxx::connection& connection) {
  return execute(connection, "SELECT pg_backend_pid()")[0][0].as<int>();
}

/// Looks through a second session, which a pooler in session mode may not give away while the first is open.
Pooler mode_of_pooler(pqxx::connection& connection, const std::string& url) {
  // Two open sessions are never served by one process unless each has it for a transaction only.
  constexpr int kTimes = 5;
  constexpr std::chrono::seconds kPatience{2};
  const auto connection_string = postgres::complete_connection_string(url, kPatience);
  if (!connection_string) return Pooler::some;
  try {
    pqxx::connection other{*connection_string};
    const postgres::Silence silence{other};
    const TimeLimit limit{other, kPatience};
    for (int i = 0; i < kTimes; ++i) {
      const int first = backend_of(connection);
      if (backend_of(other) == first) return Pooler::transaction;
    }
  } catch (const std::exception&) {  // no second session: in transaction mode there would be one
  }
  return Pooler::some;
}

/// A server names its process in the greeting; a pooler, which gives away several, does not.
Pooler find_pooler(pqxx::connection& connection, const std::string& url) {
  return backend_of(connection) == connection.backendpid() ? Pooler::none : mode_of_pooler(connection, url);
}

Error refusal_of(const std::exception& e) {
  const bool broken = postgres::kind_of(e) == postgres::Failure::broken;
  return {broken ? ErrorCode::unavailable : ErrorCode::invalid_value, postgres::text_of(e)};
}

/// Asks all there is to ask, each step with what the steps before it have found.
void ask_all(pqxx::connection& connection, const std::string& url, std::chrono::seconds timeout,
             PostgresFacts& facts) {
  {
    Questions questions{connection, timeout};
    ask_server(questions, facts);
    const std::int64_t now = ask_clock(questions, facts);
    for (const auto& row : questions.ask(missing_rights_sql()))
      facts.missing_rights.emplace_back(row[0].c_str());
    ask_partitions(questions, now, facts);
    ask_search(questions, facts);
  }
  facts.pooler = find_pooler(connection, url);
}

}  // namespace

result<PostgresFacts> inspect_postgres(const std::string& url, std::chrono::seconds timeout) {
  const auto connection_string = postgres::complete_connection_string(url, timeout);
  if (!connection_string) return connection_string.error();
  PostgresFacts facts;
  try {
    const auto begun = SteadyClock::now();
    pqxx::connection connection{*connection_string};
    const postgres::Silence silence{connection};
    facts.connected_in = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begun);
    const TimeLimit limit{connection, 2 * timeout};
    try {
      ask_all(connection, url, timeout, facts);
    } catch (const std::exception& e) {
      if (limit.is_over()) {
        return Error{ErrorCode::unavailable,
                     fmt::format("connected to, and no answer within {}", format_duration(2 * timeout))};
      }
      facts.unanswered = postgres::text_of(e);
    }
  } catch (const std::exception& e) {
    return refusal_of(e);
  }
  return facts;
}

}  // namespace curt::store
