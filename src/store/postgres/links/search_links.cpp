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

/// How far the texts are filled in. A database that was copied into a server whose transactions have lower
/// numbers counts as not filled.
constexpr Statement kReadSearchState{
    "read_search_state",
    "SELECT CASE WHEN filled_below > next THEN '0' ELSE filled_below END, next,"
    " CASE WHEN filled_below > next THEN '' ELSE older_after END"
    " FROM link_search_state, pg_snapshot_xmax(pg_current_snapshot()) AS next"};

// Their SQL is made for each list.
constexpr Statement kSearchTexts{"search_texts", ""};
constexpr Statement kSearchLinks{"search_links", ""};

/// How many links are read at once of those that SQL cannot fold.
constexpr std::size_t kAtLeast = 500;

struct SearchState {
  std::string filled_below;
  std::string next;  ///< no link has a transaction from here on, but such as come from another server
  std::optional<std::string> older_after;
};

std::optional<SearchState> read_state(Connection& db) {
  const pqxx::result rows = db.run(kReadSearchState);
  if (rows.empty()) return std::nullopt;
  const Row row{rows[0]};
  return SearchState{row.text(0), row.text(1), row.is_null(2) ? std::nullopt : std::optional{row.text(2)}};
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
  if (!search.beginning().empty()) add(escaped(search.beginning()) + "%");
  return condition + ")";
}

/// Links whose texts are filled in. Text and link are compared with an order, of which the planner believes
/// that it holds for many of them; of "=" it would believe that it holds for hardly any.
std::vector<ListedLink> select_filled(Connection& db, const ListSelect& select) {
  Parameters parameters;
  const std::string source = source_of(select, "links", parameters) +
                             " JOIN link_search AS s ON s.code = l.code AND s.txn >= coalesce(l.txn, '0')";
  const std::string where =
      filter_of(select, parameters) + " AND " + finds(select.query.search, "s.folded", parameters);
  const std::string sql = list_sql(select, source, where, parameters);
  const auto run = [&] { return db.run_variant(kSearchTexts, sql, parameters); };
  return read_links(planned_for_parameters(db, run));
}

Cursor cursor_at(const ListedLink& row, const ListSelect& select) {
  if (!select.has_key()) return {row.link.code, row.link.code};
  if (select.part == ListPart::visited) return {row.visits, row.link.code};
  return cursor_of(row.link, select.query.sort);
}

/// Of the links in `range`, which takes its parameters, those that the search finds.
template <class Range>
std::vector<ListedLink> select_read(Connection& db, const ListSelect& select, const Range& range) {
  constexpr std::string_view kFoldedHere =
      "lower(l.code || E'\\n' || l.target || E'\\n' || coalesce(l.title, ''))";
  constexpr std::string_view kFoldedElsewhere =
      " OR l.target LIKE '%\\%%' OR l.target LIKE '%xn--%'"
      " OR octet_length(l.code || coalesce(l.title, '')) > char_length(l.code || coalesce(l.title, '')))";
  std::vector<ListedLink> found;
  // Where the codes are bounded, all that may be found among them is read at once.
  const std::size_t at_once = select.most_codes().value_or(std::max(select.rows, kAtLeast));
  ListSelect step{select.query, select.part, select.after, at_once};
  for (bool more = true; more && found.size() < select.rows;) {
    Parameters parameters;
    const std::string source = source_of(step, range(parameters), parameters);
    const std::string where = filter_of(step, parameters) + " AND (" +
                              finds(select.query.search, kFoldedHere, parameters) +
                              std::string{kFoldedElsewhere};
    const std::string sql = list_sql(step, source, where, parameters);
    const auto run = [&] { return db.run_variant(kSearchLinks, sql, parameters); };
    std::vector<ListedLink> rows = read_links(planned_for_parameters(db, run));
    more = rows.size() == step.rows && !select.most_codes();
    if (!rows.empty()) step.after = cursor_at(rows.back(), select);
    for (ListedLink& row : rows) {
      if (select.query.search.finds(row.link)) found.push_back(std::move(row));
    }
  }
  return found;
}

/// Puts `others` among `links`, both in the list's order, each link once.
void merge(std::vector<ListedLink>& links, std::vector<ListedLink> others, const ListSelect& select) {
  const auto precedes = [&select](const ListedLink& a, const ListedLink& b) {
    const Cursor left = cursor_at(a, select);
    const Cursor right = cursor_at(b, select);
    const auto order = std::pair{left.key, left.code} <=> std::pair{right.key, right.code};
    return select.query.order == SortOrder::descending ? order > 0 : order < 0;
  };
  std::unordered_set<ShortCode> codes;
  for (const ListedLink& row : links) codes.insert(row.link.code);
  std::erase_if(others, [&codes](const ListedLink& row) { return codes.contains(row.link.code); });
  const auto middle = links.insert(links.end(), std::make_move_iterator(others.begin()),
                                   std::make_move_iterator(others.end()));
  std::inplace_merge(links.begin(), middle, links.end(), precedes);
  if (links.size() > select.rows)
    links.erase(links.begin() + static_cast<std::ptrdiff_t>(select.rows), links.end());
}

}  // namespace

std::vector<ListedLink> search_links(Connection& db, const ListSelect& select) {
  const auto all = [](Parameters&) { return std::string{"links"}; };
  if (select.most_codes()) return select_read(db, select, all);
  const std::optional<SearchState> state = read_state(db);
  if (!state) return select_read(db, select, all);
  std::vector<ListedLink> links = select_filled(db, select);
  // OFFSET keeps the planner from looking for these in the list's order, in which they may be the last.
  const auto newer = [&state](Parameters& parameters) {
    const std::string first = place(parameters, state->filled_below);
    const std::string end = place(parameters, state->next);
    return fmt::format("(SELECT * FROM links WHERE txn >= {}::xid8 AND txn < {}::xid8 OFFSET 0)", first, end);
  };
  merge(links, select_read(db, select, newer), select);
  if (state->older_after) {
    const auto older = [&state](Parameters& parameters) {
      return fmt::format("(SELECT * FROM links WHERE code > {})", place(parameters, *state->older_after));
    };
    merge(links, select_read(db, select, older), select);
  }
  return links;
}

}  // namespace curt::store::postgres
