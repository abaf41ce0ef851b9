#include "store/postgres/links/search_links.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "store/link_row.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/planned.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/links/list_sql.hpp"

namespace curt::store::postgres {
namespace {

using links::Cursor;
using links::SortOrder;

/// All statements of a search see one state: a link that is edited meanwhile is found by what it was.
constexpr Statement kIsolate{"isolate_search", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
                             Charge::nothing};

/// How far the texts are filled in, and which transaction no link has yet. A database that was copied into
/// another server counts as not filled.
constexpr Statement kReadSearchState{
    "read_search_state",
    "SELECT CASE WHEN moved THEN '0' ELSE filled_txn END, CASE WHEN moved THEN '' ELSE filled_code END,"
    " CASE WHEN moved THEN '' ELSE older_after END, pg_snapshot_xmax(pg_current_snapshot())"
    " FROM (SELECT s.*, s.server <> c.system_identifier::text AS moved"
    " FROM link_search_state AS s, pg_control_system() AS c) AS s"};

/// Has what follows in the transaction read in the order in which it is wanted. Of links that have just been
/// imported the planner has not heard, and would read and sort all of them for each part.
constexpr Statement kReadInOrder{"read_in_order", "SELECT set_config('enable_sort', 'off', true)",
                                 Charge::nothing};

// Their SQL is made for each list.
constexpr Statement kSearchTexts{"search_texts", ""};
constexpr Statement kSearchLinks{"search_links", ""};

/// How many links are read at once that SQL cannot fold.
constexpr std::size_t kAtOnce = 2000;

struct SearchState {
  std::string filled_txn = "0";
  std::string filled_code;
  std::optional<std::string> older_after = "";
  std::string next;
};

SearchState read_state(Connection& db) {
  const pqxx::result rows = db.run(kReadSearchState);
  if (rows.empty()) return {};
  const Row row{rows[0]};
  return {row.text(0), row.text(1), row.is_null(2) ? std::nullopt : std::optional{row.text(2)}, row.text(3)};
}

/// A LIKE pattern for texts that hold this one: a backslash escapes what has a meaning there.
std::string escaped(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

/// The condition that `text`, which is folded, is one that the search finds.
std::string finds(const Search& search, std::string_view text, Parameters& parameters) {
  std::string condition;
  const auto add = [&](std::string pattern) {
    condition.append(condition.empty() ? "(" : " OR ").append(text).append(" LIKE ");
    condition += place(parameters, std::move(pattern));
  };
  for (const std::string& part : search.parts()) add("%" + escaped(part) + "%");
  for (const std::string& beginning : search.beginnings()) add(escaped(beginning) + "%");
  return condition + ")";
}

/// The condition that the search may find the link. What SQL folds as we do it decides; of the rest,
/// everything may be found.
std::string may_find(const Search& search, Parameters& parameters) {
  constexpr std::string_view kFolded =
      "lower(l.code || E'\\n' || l.target || E'\\n' || coalesce(l.title, ''))";
  constexpr std::string_view kNotFolded =
      " OR l.target LIKE '%\\%%' OR l.target LIKE '%xn--%'"
      " OR octet_length(l.code || coalesce(l.title, '')) > char_length(l.code || coalesce(l.title, '')))";
  return "(" + finds(search, kFolded, parameters) + std::string{kNotFolded};
}

Cursor cursor_at(const ListedLink& row, const ListSelect& select) {
  if (!select.has_key()) return {row.link.code, row.link.code};
  if (select.part == ListPart::visited) return {row.visits, row.link.code};
  return cursor_of(row.link, select.query.sort);
}

/// Puts the links into the list's order, and keeps as many as are wanted.
void keep_first(std::vector<ListedLink>& links, const ListSelect& select) {
  std::ranges::sort(links, [&select](const ListedLink& a, const ListedLink& b) {
    const Cursor left = cursor_at(a, select);
    const Cursor right = cursor_at(b, select);
    const auto order = std::pair{left.key, left.code} <=> std::pair{right.key, right.code};
    return select.query.order == SortOrder::descending ? order > 0 : order < 0;
  });
  if (links.size() <= select.rows) return;
  links.erase(links.begin() + static_cast<std::ptrdiff_t>(select.rows), links.end());
}

/// Links whose texts are filled in. The planner would believe of a plain "=" that it holds for hardly any
/// pair of a link and its text, and of CASE that it holds for half of them.
std::vector<ListedLink> select_filled(Connection& db, const ListSelect& select) {
  Parameters parameters;
  const std::string source =
      source_of(select, parameters) +
      " JOIN link_search AS s ON s.code = l.code AND CASE WHEN s.txn = coalesce(l.txn, '0') THEN true END";
  const std::string where =
      filter_of(select, parameters) + " AND " + finds(select.query.search, "s.folded", parameters);
  const std::string sql = list_sql(select, source, where, parameters);
  return read_links(db.run_variant(kSearchTexts, sql, parameters));
}

/// Adds what the search finds among the links that follow a place in an order of their own, in which they are
/// read once. `Range` has follows(parameters), kOrder, and go_behind(transaction, code).
template <class Range>
void add_read(Connection& db, const ListSelect& select, Range range, std::vector<ListedLink>& found) {
  std::unordered_set<ShortCode> codes;
  for (const ListedLink& row : found) codes.insert(row.link.code);
  for (bool more = true; more;) {
    Parameters parameters;
    const std::string source = source_of(select, parameters);
    const std::string where = filter_of(select, parameters) + " AND " + range.follows(parameters) + " AND " +
                              may_find(select.query.search, parameters);
    const std::string_view visits = select.part == ListPart::visited ? "t.total" : "0::bigint";
    const std::string sql = fmt::format(
        "SELECT " CURT_LINK_COLUMNS ", {}, coalesce(l.txn, '0') FROM {} WHERE {} ORDER BY {} LIMIT {}",
        visits, source, where, Range::kOrder, place(parameters, std::to_string(kAtOnce)));
    const pqxx::result rows = db.run_variant(kSearchLinks, sql, parameters);
    std::vector<ListedLink> read = read_links(rows);
    more = read.size() == kAtOnce;
    if (more) range.go_behind(Row{rows[rows.size() - 1]}.text(LinkColumn::end + 1), read.back().link.code);
    for (ListedLink& row : read) {
      const bool is_new = !codes.contains(row.link.code) && select.query.search.finds(row.link);
      if (is_new) found.push_back(std::move(row));
    }
    keep_first(found, select);
  }
}

/// Links of transactions that are not filled in.
struct Newer {
  static constexpr std::string_view kOrder = "l.txn, l.code";

  std::string txn;
  std::string code;
  std::string next;

  [[nodiscard]] std::string follows(Parameters& parameters) const {
    const std::string last_txn = place(parameters, txn);
    const std::string last_code = place(parameters, code);
    return fmt::format("(l.txn, l.code) > ({}::xid8, {}) AND l.txn < {}::xid8", last_txn, last_code,
                       place(parameters, next));
  }
  void go_behind(std::string last_txn, const ShortCode& last_code) {
    txn = std::move(last_txn);
    code = last_code.view();
  }
};

/// Links from before they had transactions that are not filled in.
struct Older {
  static constexpr std::string_view kOrder = "l.code";

  std::string code;

  [[nodiscard]] std::string follows(Parameters& parameters) const {
    return "l.code > " + place(parameters, code);
  }
  void go_behind(const std::string& /*last_txn*/, const ShortCode& last_code) { code = last_code.view(); }
};

/// Of a list that is bounded by its codes all that may be found is read at once.
std::vector<ListedLink> select_among_codes(Connection& db, const ListSelect& select) {
  const ListSelect all{select.query, select.part, select.after, *select.most_codes()};
  Parameters parameters;
  const std::string source = source_of(all, parameters);
  const std::string where = filter_of(all, parameters) + " AND " + may_find(select.query.search, parameters);
  const std::string sql = list_sql(all, source, where, parameters);
  std::vector<ListedLink> found = read_links(db.run_variant(kSearchLinks, sql, parameters));
  std::erase_if(found, [&](const ListedLink& row) { return !select.query.search.finds(row.link); });
  keep_first(found, select);
  return found;
}

std::vector<ListedLink> search_now(Connection& db, const ListSelect& select) {
  if (select.most_codes()) return select_among_codes(db, select);
  const SearchState state = read_state(db);
  std::vector<ListedLink> found = select_filled(db, select);
  db.run(kReadInOrder);
  add_read(db, select, Newer{state.filled_txn, state.filled_code, state.next}, found);
  if (state.older_after) add_read(db, select, Older{*state.older_after}, found);
  return found;
}

}  // namespace

std::vector<ListedLink> search_links(Connection& db, const ListSelect& select) {
  Transaction transaction{db};
  db.run_once(kIsolate, kIsolate.sql());
  plan_for_parameters(db);
  std::vector<ListedLink> found = search_now(db, select);
  transaction.end();
  return found;
}

}  // namespace curt::store::postgres
