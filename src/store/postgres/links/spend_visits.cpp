#include "store/postgres/links/spend_visits.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <optional>
#include <string>

#include "store/link_row.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/links/link_rows.hpp"
#include "store/refusals.hpp"

namespace curt::store::postgres {
namespace {

using links::Spent;

constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

/// One transaction by itself: the lock is held no longer than the commit takes, and a row that was locked by
/// another transaction is read again. The second half serves where nothing was granted.
constexpr Statement kSpendVisits{
    "spend_visits",
    "WITH open AS (SELECT code, spent, least($2::bigint, max_visits - spent) AS granted FROM links"
    " WHERE code = $1 AND max_visits > spent AND deleted_at IS NULL AND enabled"
    " AND (not_before IS NULL OR not_before <= $3) AND (expires_at IS NULL OR expires_at > $3)"
    " FOR NO KEY UPDATE),"
    " done AS (UPDATE links AS l SET spent = open.spent + open.granted FROM open WHERE l.code = open.code"
    " RETURNING l.*, open.granted)"
    " SELECT " CURT_LINK_COLUMNS
    ", l.granted FROM done AS l UNION ALL"
    " SELECT " CURT_LINK_COLUMNS
    ", 0 FROM links AS l"
    " WHERE l.code = $1 AND NOT EXISTS (SELECT FROM done)"};

/// What the statement granted; nothing if there is no such link.
std::optional<Spent> run_once(Connection& db, const ShortCode& code, std::uint64_t visits, Timestamp now) {
  const pqxx::result rows =
      db.run_and_commit(kSpendVisits, {text_of(code), std::to_string(std::min(visits, kMost)), text_of(now)});
  if (rows.empty()) return std::nullopt;
  const Row row{rows[0]};
  return Spent{read_link(row), static_cast<std::uint64_t>(row.integer(LinkColumn::end))};
}

}  // namespace

result<Spent> spend_visits(Connection& db, const ShortCode& code, std::uint64_t visits, Timestamp now) {
  if (visits == 0) {
    std::optional<Link> link = find_row(db, code);
    if (!link) return not_found(code);
    return Spent{*std::move(link), 0};
  }
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      std::optional<Spent> spent = run_once(db, code, visits, now);
      if (!spent) return not_found(code);
      if (!spent->link.settings.max_visits) spent->granted = links::grantable(spent->link, visits, now);
      // Another transaction closed the link or spent the rest, and the row shows it as it was before.
      const bool again = spent->granted == 0 && links::grantable(spent->link, visits, now) > 0;
      if (!again || attempt == kAttempts) return *std::move(spent);
    } catch (const std::exception& e) {
      const bool again = kind_of(e) == Failure::conflict && !db.is_broken() && !db.deadline().passed();
      if (!again || attempt == kAttempts) throw;
    }
  }
}

}  // namespace curt::store::postgres
