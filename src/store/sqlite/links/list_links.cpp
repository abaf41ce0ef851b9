#include "store/sqlite/links/list_links.hpp"

#include <string>
#include <variant>

#include <fmt/format.h>

#include "store/link_row.hpp"
#include "store/sqlite/connection/search_function.hpp"

namespace curt::store::sqlite {
namespace {

// Their SQL is made for each list.
constexpr Statement kListLinks{"list_links", ""};
constexpr Statement kFindLastCode{"find_last_code", ""};

/// The SQL of a list: ?1 is what it searches for, ?2 the number of rows, ?3 its tag, ?4 and ?5 its cursor,
/// ?6 its owner, ?7 its last code. CROSS JOIN begins with its left side: with the tag or the owner, whose
/// links are fewer than all links, or with the index of the totals, which the page ends early.
std::string sql_of(const ListSelect& select, const std::optional<ShortCode>& last) {
  const bool visited = select.part == ListPart::visited;
  const bool by_visits = visited || select.part == ListPart::unvisited;
  const bool of_key = select.query.owner && select.query.owner->key;
  std::string from = "links AS l";
  if (visited && of_key) {
    from = "links AS l CROSS JOIN visit_totals AS t ON t.code = l.code";
  } else if (visited) {
    from = "visit_totals AS t CROSS JOIN links AS l ON l.code = t.code";
  }
  std::string where = "l.deleted_at IS NULL";
  if (!select.query.search.empty()) where += " AND search_finds(?1, l.code, l.target, l.title)";
  if (!select.query.tag.empty() && (by_visits || select.most_codes())) {
    where += " AND EXISTS (SELECT 1 FROM link_tags AS g WHERE g.code = l.code AND g.tag = ?3)";
  } else if (!select.query.tag.empty()) {
    from = "link_tags AS g CROSS JOIN links AS l ON l.code = g.code";
    where += " AND g.tag = ?3";
  }
  if (of_key) where += " AND l.owner = ?6";
  if (select.query.owner && !of_key) where += " AND l.owner IS NULL";
  if (select.part == ListPart::unvisited) {
    where += " AND NOT EXISTS (SELECT 1 FROM visit_totals AS t WHERE t.code = l.code)";
  }
  if (select.after) where += " AND " + select.follows("?4", "?5");
  if (last)
    where += select.query.order == links::SortOrder::descending ? " AND l.code >= ?7" : " AND l.code <= ?7";
  return fmt::format("SELECT " CURT_LINK_COLUMNS ", {} FROM {} WHERE {} ORDER BY {} LIMIT ?2",
                     visited ? "t.total" : "0", from, where, select.order());
}

std::vector<ListedLink> read_links(Execution& row) {
  std::vector<ListedLink> links;
  while (row.step()) links.push_back({read_link(row), row.integer(LinkColumn::end)});
  return links;
}

}  // namespace

std::vector<ListedLink> select_links(Connection& db, const ListSelect& select) {
  std::optional<ShortCode> last;
  if (const auto n = select.most_codes()) last = find_last_code(db, select, *n);
  Execution query = db.run_variant(kListLinks, sql_of(select, last));
  if (!select.query.search.empty()) query.bind_one(1, select.query.search.text());
  query.bind_one(2, static_cast<std::int64_t>(select.rows));
  if (!select.query.tag.empty()) query.bind_one(3, select.query.tag);
  if (select.after) {
    if (const auto* time = std::get_if<Timestamp>(&select.after->key)) query.bind_one(4, *time);
    if (select.part == ListPart::visited) query.bind_one(4, std::get<std::int64_t>(select.after->key));
    query.bind_one(5, select.after->code);
  }
  if (select.query.owner && select.query.owner->key) query.bind_one(6, *select.query.owner->key);
  if (last) query.bind_one(7, *last);
  return read_links(query);
}

std::optional<ShortCode> find_last_code(Connection& db, const ListSelect& select, std::size_t n) {
  const std::string where = select.after ? "WHERE " + select.follows("", "?2") : "";
  Execution query = db.run_variant(kFindLastCode, fmt::format("SELECT l.code FROM links AS l {} ORDER BY {} "
                                                              "LIMIT 1 OFFSET ?1",
                                                              where, select.order()));
  query.bind_one(1, static_cast<std::int64_t>(n - 1));
  if (select.after) query.bind_one(2, select.after->code);
  if (!query.step()) return std::nullopt;
  return ShortCode::from_valid(query.text(0));
}

}  // namespace curt::store::sqlite
