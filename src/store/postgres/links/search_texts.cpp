#include "store/postgres/links/search_texts.hpp"

#include <optional>
#include <string>

#include "curt/domain/search.hpp"

#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"

namespace curt::store::postgres {
namespace {

using links::SearchFilled;

constexpr Statement kLockSearch{"lock_search_texts", "SELECT pg_try_advisory_xact_lock(1668641400, 1)",
                                Charge::nothing};

/// The links of which transactions are next: those that are being filled in, else some thousand more; of none
/// that runs still, or that a later one may overtake. And whether the database was copied into a server whose
/// transactions have lower numbers.
constexpr Statement kFindNext{
    "find_search_texts",
    "SELECT s.filled_below, coalesce(s.filling_to,"
    " (SELECT l.txn FROM links AS l WHERE l.txn >= s.filled_below AND l.txn < n.horizon"
    " ORDER BY l.txn OFFSET 5000 LIMIT 1),"
    " (SELECT max(l.txn) FROM links AS l WHERE l.txn >= s.filled_below AND l.txn < n.horizon)),"
    " s.filling_after, s.older_after, s.filled_below > n.next"
    " FROM link_search_state AS s, (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon,"
    " pg_snapshot_xmax(pg_current_snapshot()) AS next) AS n"};

/// Goes through all links once more; texts that are right are kept.
constexpr Statement kBeginAnew{"begin_search_texts_anew",
                               "UPDATE link_search_state SET filled_below = '0', filling_to = NULL,"
                               " filling_after = '', older_after = ''"};

constexpr Statement kReadNewer{"read_newer_links",
                               "SELECT l.code, l.txn, l.target, l.title FROM (SELECT * FROM links WHERE txn "
                               ">= $1 AND txn <= $2 OFFSET 0)"
                               " AS l WHERE l.code > $3 ORDER BY l.code LIMIT 5000"};

constexpr Statement kReadOlder{"read_older_links",
                               "SELECT l.code, coalesce(l.txn, '0'), l.target, l.title FROM links AS l"
                               " WHERE l.code > $1 ORDER BY l.code LIMIT 5000"};

constexpr std::size_t kAtOnce = 5000;

constexpr Statement kWriteTexts{
    "write_search_texts",
    "INSERT INTO link_search AS s (code, txn, folded)"
    " SELECT n.code, n.txn, n.folded FROM unnest($1::text[], $2::xid8[], $3::text[]) AS n (code, txn, folded)"
    " ON CONFLICT (code) DO UPDATE SET txn = excluded.txn, folded = excluded.folded WHERE s.txn < "
    "excluded.txn"};

constexpr Statement kNoteNewer{"note_newer_links",
                               "UPDATE link_search_state SET filling_to = $1, filling_after = $2"};

/// What follows the last of them is next.
constexpr Statement kEndNewer{
    "end_newer_links",
    "UPDATE link_search_state SET filled_below = ($1::text::numeric + 1)::text::xid8,"
    " filling_to = NULL, filling_after = ''"};

constexpr Statement kNoteOlder{"note_older_links", "UPDATE link_search_state SET older_after = $1"};

/// Much of the index's list goes into the index proper at once then, four times as quickly.
constexpr Statement kTakeMemory{"take_memory_for_search", "SELECT set_config('work_mem', '64MB', true)",
                                Charge::nothing};

void write_texts(Connection& db, const pqxx::result& links) {
  if (links.empty()) return;
  db.run(kTakeMemory);
  ArrayText codes;
  ArrayText transactions;
  ArrayText texts;
  for (const auto& each : links) {
    const Row link{each};
    codes.add(link.text(0));
    transactions.add(link.text(1));
    texts.add(searched_text(link.text(0), link.text(2), link.is_null(3) ? "" : link.text(3)));
  }
  db.run(kWriteTexts, {codes.take(), transactions.take(), texts.take()});
}

std::string last_code(const pqxx::result& links) { return Row{links[links.size() - 1]}.text(0); }

/// Goes on with the transactions that are next.
SearchFilled fill_newer(Connection& db, const Row& next) {
  const std::string last = next.text(1);
  const pqxx::result links = db.run(kReadNewer, {next.text(0), last, next.text(2)});
  write_texts(db, links);
  const auto count = static_cast<std::size_t>(links.size());
  if (count == kAtOnce) {
    db.run(kNoteNewer, {last, last_code(links)});
  } else {
    db.run(kEndNewer, {last});
  }
  return {.links = count, .is_whole = false};
}

/// Goes on with links that were there before they had transactions.
SearchFilled fill_older(Connection& db, const std::string& after) {
  const pqxx::result links = db.run(kReadOlder, {after});
  write_texts(db, links);
  const auto count = static_cast<std::size_t>(links.size());
  const bool is_whole = count < kAtOnce;
  db.run(kNoteOlder, {is_whole ? std::nullopt : std::optional{last_code(links)}});
  return {.links = count, .is_whole = is_whole};
}

}  // namespace

result<SearchFilled> fill_search_texts(Connection& db) {
  return in_transaction<SearchFilled>(db, [&]() -> result<SearchFilled> {
    const pqxx::result locked = db.run(kLockSearch);
    if (!Row{locked[0]}.flag(0)) return SearchFilled{.had_turn = false};
    const pqxx::result rows = db.run(kFindNext);
    if (rows.empty()) return SearchFilled{};
    const Row next{rows[0]};
    if (next.flag(4)) {
      db.run(kBeginAnew);
      return SearchFilled{.is_whole = false};
    }
    // New links first: of the older ones there may be millions.
    if (!next.is_null(1)) return fill_newer(db, next);
    if (!next.is_null(3)) return fill_older(db, next.text(3));
    return SearchFilled{};
  });
}

}  // namespace curt::store::postgres
