#include "store/sqlite/visits/upkeep.hpp"

#include <algorithm>
#include <chrono>

#include "store/visit_sums.hpp"

namespace curt::store::sqlite {
namespace {

constexpr Statement kReadClock{"read_clock", "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000"};

constexpr Statement kBeginHourlyFrom{"begin_hourly_from",
                                     "UPDATE visit_upkeep SET hourly_from = max(hourly_from, ?1)"};

constexpr Statement kRemoveAllHourly{
    "remove_all_hourly", "DELETE FROM visit_all_hourly WHERE hour < (SELECT hourly_from FROM visit_upkeep)"};

constexpr Statement kRemoveHourly{
    "remove_hourly",
    "DELETE FROM visit_hourly WHERE (code, hour) IN (SELECT code, hour FROM visit_hourly"
    " WHERE hour < (SELECT hourly_from FROM visit_upkeep) ORDER BY hour LIMIT ?1)"};

}  // namespace

result<Timestamp> read_clock(Connection& db) {
  Execution row = db.run(kReadClock);
  row.step();
  return row.time(0);
}

result<visits::MaintenanceReport> begin_maintenance(Connection& db, visits::Retention retention,
                                                    Timestamp now) {
  const auto today = std::chrono::floor<std::chrono::days>(now).time_since_epoch();
  const std::int64_t oldest = std::max<std::int64_t>((today - retention.hourly).count(), 0);
  db.run(kBeginHourlyFrom).bind(oldest * kHoursADay).finish();
  db.run(kRemoveAllHourly).finish();
  return visits::MaintenanceReport{};
}

result<std::uint64_t> remove_hours(Connection& db, std::size_t limit) {
  Execution remove = db.run(kRemoveHourly);
  return static_cast<std::uint64_t>(remove.bind(std::uint64_t{limit}).finish());
}

}  // namespace curt::store::sqlite
