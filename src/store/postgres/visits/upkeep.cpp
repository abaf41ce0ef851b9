#include "store/postgres/visits/upkeep.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/visits/details.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

using visits::MaintenanceReport;
using visits::Retention;

constexpr Statement kLockUpkeep{"lock_visit_upkeep", "SELECT pg_try_advisory_xact_lock(1668641399, 1)",
                                Charge::nothing};

/// Its SQL is made for each change.
constexpr Statement kChangePartitions{"change_visit_partitions", "", Charge::nothing};

constexpr Statement kReadClock{"read_clock",
                               "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"};

constexpr Statement kBeginHourlyFrom{
    "begin_hourly_from", "UPDATE visit_upkeep SET hourly_from = greatest(hourly_from, $1::integer)"};

constexpr Statement kRemoveAllHourly{
    "remove_all_hourly", "DELETE FROM visit_all_hourly WHERE hour < (SELECT hourly_from FROM visit_upkeep)"};

constexpr Statement kRemoveHourly{
    "remove_hourly",
    "DELETE FROM visit_hourly WHERE ctid = ANY (ARRAY (SELECT ctid FROM visit_hourly"
    " WHERE hour < (SELECT hourly_from FROM visit_upkeep) ORDER BY hour LIMIT $1))"};

constexpr std::int64_t kDaysAhead = 3;

/// In one transaction; each takes about four of the locks that a server has (by default 6,400).
constexpr std::int64_t kPartitionsATime = 50;

std::int64_t day_of(Timestamp time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

/// Makes a table of its own first, since attaching one locks out no other transaction.
void make_partition(Connection& db, std::int64_t day) {
  const Timestamp begin{std::chrono::days{day}};
  db.run_once(kChangePartitions,
              fmt::format("CREATE TABLE \"{0}\" (LIKE visits INCLUDING ALL);"
                          " ALTER TABLE visits ATTACH PARTITION \"{0}\" FOR VALUES FROM ({1}) TO ({2})",
                          partition_of(day), text_of(begin), text_of(begin + std::chrono::days{1})));
}

/// Moves the hour from which hours are kept; false where another process maintains.
result<bool> begin_hours(Connection& db, Retention retention, std::int64_t today) {
  const std::int64_t from = std::max<std::int64_t>(today - retention.hourly.count(), 0) * kHoursADay;
  return in_transaction<bool>(db, [&]() -> result<bool> {
    if (!has_upkeep_turn(db)) return false;
    db.run(kBeginHourlyFrom, {std::to_string(from)});
    db.run(kRemoveAllHourly);
    return true;
  });
}

/// Makes the partitions of these days that are missing, and returns their names.
std::vector<std::string> make_days(Connection& db, std::int64_t first, std::int64_t last) {
  std::vector<std::string> made;
  const std::vector<std::string> there = find_partitions(db);
  for (std::int64_t day = first; day <= last; ++day) {
    const std::string name = partition_of(day);
    if (std::find(there.begin(), there.end(), name) != there.end()) continue;
    make_partition(db, day);
    made.push_back(name);
  }
  return made;
}

/// Makes what must be there. Some at a time: of years of them, one transaction would need more locks than a
/// server has. Ends early where another process has its turn.
result<std::vector<std::string>> make_partitions(Connection& db, Retention retention, std::int64_t today) {
  std::vector<std::string> made;
  // The next days first. Those of days gone by are for visits that come late, after an outage.
  const std::int64_t oldest = today - retention.raw.count() + 1;
  for (std::int64_t last = today + kDaysAhead; last >= oldest; last -= kPartitionsATime) {
    const std::int64_t first = std::max(oldest, last - kPartitionsATime + 1);
    std::vector<std::string> some;
    const auto had_turn = in_transaction<bool>(db, [&]() -> result<bool> {
      if (!has_upkeep_turn(db)) return false;
      some = make_days(db, first, last);
      return true;
    });
    if (!had_turn) return had_turn.error();
    if (!*had_turn) break;
    made.insert(made.begin(), some.begin(), some.end());
  }
  return made;
}

/// Whether it could be done: not while another transaction reads or writes visits for long. Then the next
/// time will do, since a wait for the lock blocks all transactions that come later.
bool drop_partition(Connection& db, const std::string& name) {
  try {
    const auto dropped = in_transaction<bool>(db, [&]() -> result<bool> {
      if (!has_upkeep_turn(db)) return false;
      db.run_once(kChangePartitions,
                  fmt::format("SET LOCAL lock_timeout = 1000; LOCK TABLE visits IN ACCESS EXCLUSIVE MODE;"
                              " DROP TABLE IF EXISTS \"{}\"",
                              name));
      return true;
    });
    return *dropped;
  } catch (const std::exception& e) {
    if (kind_of(e) != Failure::overdue || db.is_broken()) throw;
    return false;
  }
}

}  // namespace

bool has_upkeep_turn(Connection& db) {
  const pqxx::result rows = db.run(kLockUpkeep);
  return Row{rows[0]}.flag(0);
}

result<Timestamp> read_clock(Connection& db) {
  const pqxx::result rows = db.run(kReadClock);
  return Row{rows[0]}.time(0);
}

result<MaintenanceReport> begin_maintenance(Connection& db, Retention retention, Timestamp now) {
  const std::int64_t today = day_of(now);
  MaintenanceReport report;
  const auto had_turn = begin_hours(db, retention, today);
  if (!had_turn) return had_turn.error();
  report.had_turn = *had_turn;
  if (!report.had_turn) return report;
  const bool keeps_raw = retention.raw > std::chrono::days::zero();
  if (keeps_raw) {
    auto made = make_partitions(db, retention, today);
    if (!made) return made.error();
    report.made = *std::move(made);
  }
  // Names are in the order of their days.
  const std::string oldest = partition_of(keeps_raw ? today - retention.raw.count() : today + kDaysAhead + 1);
  for (const std::string& name : find_partitions(db)) {
    if (name >= oldest || !drop_partition(db, name)) break;
    report.dropped.push_back(name);
  }
  return report;
}

result<std::uint64_t> remove_hours(Connection& db, std::size_t limit) {
  return in_transaction<std::uint64_t>(db, [&]() -> result<std::uint64_t> {
    if (!has_upkeep_turn(db)) return 0;
    const pqxx::result removed = db.run(kRemoveHourly, {std::to_string(limit)});
    return static_cast<std::uint64_t>(removed.affected_rows());
  });
}

}  // namespace curt::store::postgres
