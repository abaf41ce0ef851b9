#include "store/postgres/visits/visit_epochs.hpp"

#include <chrono>

#include "store/clean_text.hpp"
#include "store/postgres/links/link_rows.hpp"

namespace curt::store::postgres {

result<void> report_epoch(Session& db, const visits::EpochReport& report) {
  db.run(VisitStatement::report_epoch,
         {report.epoch.str(), clean_text(report.host), text_of(report.opened_at), text_of(report.seen_at),
          std::to_string(report.accepted), std::to_string(report.dropped), std::to_string(report.undetailed),
          text_of(report.pending_since), report.closed ? "t" : "f"});
  return {};
}

result<visits::Accounting> sum_epochs(Session& db, Timestamp lost_before) {
  const pqxx::result rows = db.run(VisitStatement::sum_epochs, {text_of(lost_before)});
  const pqxx::row row = rows[0];
  visits::Accounting sums;
  sums.accepted = row[0].as<std::uint64_t>();
  sums.persisted = row[1].as<std::uint64_t>();
  sums.dropped = row[2].as<std::uint64_t>();
  sums.undetailed = row[3].as<std::uint64_t>();
  sums.unaccounted_epochs = row[4].as<std::uint64_t>();
  sums.missing = row[5].as<std::uint64_t>();
  if (!row[6].is_null()) {
    sums.pending_since = Timestamp{std::chrono::milliseconds{row[6].as<std::int64_t>()}};
  }
  sums.given_up = row[7].as<std::uint64_t>();
  return sums;
}

}  // namespace curt::store::postgres
