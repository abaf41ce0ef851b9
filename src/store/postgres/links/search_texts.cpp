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

/// What is next, and whether the database was copied into another server.
constexpr Statement kFindNext{
    "find_search_texts",
    "SELECT s.filled_txn, s.filled_code, s.older_after, s.server <> c.system_identifier::text"
    " FROM link_search_state AS s, pg_control_system() AS c"};

/// Goes through all links once more; texts that are right are kept. Of the transactions that this server has
/// numbered itself none has been gone through.
constexpr Statement kBeginAnew{
    "begin_search_texts_anew",
    "UPDATE link_search_state SET filled_txn = '0', filled_code = '', older_after = '', server ="
    " (SELECT system_identifier::text FROM pg_control_system())"};

/// None of a transaction that runs still, or that a later one may overtake.
constexpr Statement kReadNewer{
    "read_newer_links",
    "SELECT l.code, l.txn, l.target, l.title FROM links AS l WHERE (l.txn, l.code) > ($1, $2)"
    " AND l.txn < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY l.txn, l.code LIMIT 2000"};

constexpr Statement kReadOlder{"read_older_links",
                               "SELECT l.code, coalesce(l.txn, '0'), l.target, l.title FROM links AS l"
                               " WHERE l.code > $1 ORDER BY l.code LIMIT 2000"};

constexpr std::size_t kAtOnce = 2000;

constexpr Statement kWriteTexts{
    "write_search_texts",
    "INSERT INTO link_search AS s (code, txn, folded)"
    " SELECT n.code, n.txn, n.folded FROM unnest($1::text[], $2::xid8[], $3::text[]) AS n (code, txn, folded)"
    " ON CONFLICT (code) DO UPDATE SET txn = excluded.txn, folded = excluded.folded"
    " WHERE s.txn <> excluded.txn"};

constexpr Statement kNoteNewer{"note_newer_links",
                               "UPDATE link_search_state SET filled_txn = $1, filled_code = $2"};

constexpr Statement kNoteOlder{"note_older_links", "UPDATE link_search_state SET older_after = $1"};

/// Much of the index's list goes into the index proper at once then, four times as quickly.
constexpr Statement kTakeMemory{"take_memory_for_search", "SELECT set_config('work_mem', '64MB', true)",
                                Charge::nothing};

void write_texts(Connection& db, const pqxx::result& links) {
  ArrayText codes;
  ArrayText transactions;
  ArrayText texts;
  for (const auto& each : links) {
    const Row link{each};
    codes.add(link.text(0));
    transactions.add(link.text(1));
    texts.add(searched_text(link.text(0), link.text(2), link.is_null(3) ? "" : link.text(3)));
  }
  db.run(kTakeMemory);
  db.run(kWriteTexts, {codes.take(), transactions.take(), texts.take()});
}

/// Takes in links of new transactions.
std::size_t fill_newer(Connection& db, const Row& next) {
  const pqxx::result links = db.run(kReadNewer, {next.text(0), next.text(1)});
  if (links.empty()) return 0;
  write_texts(db, links);
  const Row last{links[links.size() - 1]};
  db.run(kNoteNewer, {last.text(1), last.text(0)});
  return static_cast<std::size_t>(links.size());
}

/// Takes in links that were there before they had transactions.
SearchFilled fill_older(Connection& db, const std::string& after) {
  const pqxx::result links = db.run(kReadOlder, {after});
  const auto count = static_cast<std::size_t>(links.size());
  const bool is_whole = count < kAtOnce;
  if (count > 0) write_texts(db, links);
  const auto last = [&links] { return Row{links[links.size() - 1]}.text(0); };
  db.run(kNoteOlder, {is_whole ? std::nullopt : std::optional{last()}});
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
    if (next.flag(3)) {
      db.run(kBeginAnew);
      return SearchFilled{.is_whole = false};
    }
    // New links first: of the older ones there may be millions.
    if (const std::size_t links = fill_newer(db, next); links > 0) {
      return SearchFilled{.links = links, .is_whole = links < kAtOnce && next.is_null(2)};
    }
    if (!next.is_null(2)) return fill_older(db, next.text(2));
    return SearchFilled{};
  });
}

}  // namespace curt::store::postgres
