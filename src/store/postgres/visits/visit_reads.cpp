#include "store/postgres/visits/visit_reads.hpp"

#include <chrono>
#include <string>
#include <unordered_map>

#include "store/postgres/links/link_rows.hpp"
#include "store/postgres/pool/array_text.hpp"
#include "store/postgres/visits/visit_details.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

using visits::BreakdownRow;
using visits::HourRange;
using visits::Series;
using visits::TopLink;
using visits::VisitTotals;

/// Of this column and the next one.
VisitTotals read_totals(const pqxx::row& row, int column) {
  return {row[column].as<std::uint64_t>(), row[column + 1].as<std::uint64_t>()};
}

/// The begin of an hour that a column holds.
std::string time_of_hour(std::int64_t hour) { return text_of(Timestamp{std::chrono::hours{hour}}); }

}  // namespace

result<std::vector<VisitTotals>> find_visit_totals(Session& db, const std::vector<ShortCode>& codes) {
  ArrayText wanted;
  for (const ShortCode& code : codes) wanted.add(code.view());
  std::unordered_map<ShortCode, VisitTotals> found;
  for (const auto& row : db.run(VisitStatement::find_totals, {wanted.take()})) {
    found.emplace(ShortCode::from_valid(row[0].c_str()), read_totals(row, 1));
  }
  std::vector<VisitTotals> totals;
  totals.reserve(codes.size());
  for (const ShortCode& code : codes) totals.push_back(found[code]);
  return totals;
}

result<Series> find_series(Session& db, const ShortCode& code, HourRange range) {
  const Spans days = days_of(range.begin, range.end);
  const Spans hours = hours_of(range.begin, range.end);
  Parameters parameters;
  const bool of_all = code.view().empty();
  if (!of_all) parameters.emplace_back(text_of(code));
  for (const std::int64_t limit : {days.begin, days.end, hours.begin, hours.end}) {
    parameters.emplace_back(std::to_string(limit));
  }
  const auto statement = of_all ? VisitStatement::find_series_of_all : VisitStatement::find_series;
  Series series;
  for (const auto& row : db.run(statement, parameters)) {
    const auto part = row[0].as<int>();
    const auto span = row[1].as<std::int64_t>();
    if (part == 0) series.hourly_from = span;
    if (part == 1) series.days.push_back({span * kHoursADay, read_totals(row, 2)});
    if (part == 2) series.hours.push_back({span, read_totals(row, 2)});
  }
  return series;
}

result<VisitTotals> sum_all_visits(Session& db) {
  const pqxx::result rows = db.run(VisitStatement::sum_all_visits);
  return read_totals(rows[0], 0);
}

result<std::vector<TopLink>> find_top(Session& db, const std::optional<HourRange>& range, std::size_t limit) {
  Parameters parameters{std::to_string(limit)};
  auto statement = VisitStatement::find_top;
  if (range) {
    const Spans days = days_of(range->begin, range->end);
    parameters.emplace_back(std::to_string(days.begin));
    parameters.emplace_back(std::to_string(days.end));
    statement = VisitStatement::find_top_of_days;
  }
  std::vector<TopLink> top;
  for (const auto& row : db.run(statement, parameters)) {
    top.push_back({ShortCode::from_valid(row[0].c_str()), read_totals(row, 1)});
  }
  return top;
}

result<std::vector<BreakdownRow>> find_referrers(Session& db, const ShortCode& code, HourRange range,
                                                 std::size_t limit) {
  const Spans hours = hours_of(range.begin, range.end);
  const pqxx::result rows =
      db.run(VisitStatement::find_referrers,
             {text_of(code), time_of_hour(hours.begin), time_of_hour(hours.end), std::to_string(limit)});
  // No host would say that nobody was referred.
  if (rows.empty() && find_partitions(db).empty()) {
    return invalid_field("group_by", "needs visits one by one, of which this database keeps none");
  }
  std::vector<BreakdownRow> hosts;
  for (const auto& row : rows) hosts.push_back({row[0].c_str(), read_totals(row, 1)});
  return hosts;
}

}  // namespace curt::store::postgres
