#include "store/sqlite/links/list_links.hpp"

#include <string>
#include <variant>

#include <fmt/format.h>

#include "store/link_row.hpp"

namespace curt::store::sqlite {
namespace {

/// Its SQL is made for each list.
constexpr Statement kListLinks{"list_links", ""};

/// The SQL of a list: ?1 is the pattern of its text, ?2 the number of rows, ?3 its tag, ?4 and ?5 its cursor,
/// ?6 its owner. CROSS JOIN begins with its left side: with the tag or the owner, whose links are fewer than
/// all links, or with the index of the totals, which the page ends early.
std::string sql_of(const ListSelect& select) {
  const bool visited = select.part == ListPart::visited;
  const bool by_visits = visited || select.part == ListPart::unvisited;
  const bool of_key = select.query.owner && select.query.owner->key;
  std::string from = "links AS l";
  if (visited && of_key) {
    from = "links AS l CROSS JOIN visit_totals AS t ON t.code = l.code";
  } else if (visited) {
    from = "visit_totals AS t CROSS JOIN links AS l ON l.code = t.code";
  }
  std::string where =
      "l.deleted_at IS NULL AND (l.code LIKE ?1 ESCAPE '\\' OR l.target LIKE ?1 ESCAPE '\\'"
      " OR l.title LIKE ?1 ESCAPE '\\')";
  if (!select.query.tag.empty() && by_visits) {
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
  Execution query = db.run_variant(kListLinks, sql_of(select));
  query.bind(like_pattern(select.query.text), static_cast<std::int64_t>(select.rows));
  if (!select.query.tag.empty()) query.bind_one(3, select.query.tag);
  if (select.after) {
    if (const auto* time = std::get_if<Timestamp>(&select.after->key)) query.bind_one(4, *time);
    if (select.part == ListPart::visited) query.bind_one(4, std::get<std::int64_t>(select.after->key));
    query.bind_one(5, select.after->code);
  }
  if (select.query.owner && select.query.owner->key) query.bind_one(6, *select.query.owner->key);
  return read_links(query);
}

}  // namespace curt::store::sqlite
