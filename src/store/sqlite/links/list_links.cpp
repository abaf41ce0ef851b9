#include "store/sqlite/links/list_links.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "store/sqlite/links/link_rows.hpp"
#include "store/sqlite/links/list_by_visits.hpp"
#include "store/sqlite/links/list_filter.hpp"

namespace curt::store::sqlite {
namespace {

using links::LinkPage;
using links::ListQuery;
using links::SortKey;
using links::SortOrder;

/// What the SQL of a list depends on; everything else is a parameter.
struct Variant {
  SortKey sort;
  SortOrder order;
  bool by_tag;
  bool after;

  [[nodiscard]] std::size_t index() const {
    const auto key = static_cast<std::size_t>(sort);
    return ((key * 2 + (order == SortOrder::descending ? 1 : 0)) * 2 + (by_tag ? 1 : 0)) * 2 +
           (after ? 1 : 0);
  }
};

std::string sql_of(const Variant& variant) {
  const bool by_code = variant.sort == SortKey::code;
  const std::string_view time = variant.sort == SortKey::created_at ? "l.created_at" : "l.updated_at";
  const bool descending = variant.order == SortOrder::descending;
  const std::string_view direction = descending ? " DESC" : "";

  std::string where{kListFilter};
  if (variant.by_tag) where += kTagFilter;
  if (variant.after) {
    where += by_code ? " AND l.code" : fmt::format(" AND ({}, l.code)", time);
    where += descending ? " < " : " > ";
    where += by_code ? "?5" : "(?4, ?5)";
  }
  const std::string order =
      by_code ? fmt::format("l.code{}", direction) : fmt::format("{0}{1}, l.code{1}", time, direction);
  // CROSS JOIN begins with the tag: its links are fewer than all links.
  return fmt::format(
      "SELECT " CURT_LINK_COLUMNS " FROM {} WHERE {} ORDER BY {} LIMIT ?2",
      variant.by_tag ? "link_tags AS g CROSS JOIN links AS l ON l.code = g.code" : "links AS l", where,
      order);
}

/// The rows as a page of at most `limit` links; the query asked for one more, to see if a page follows.
LinkPage read_page(Execution& select, std::size_t limit, SortKey sort) {
  LinkPage page;
  while (select.step()) {
    if (page.links.size() == limit) {
      page.next = cursor_of(page.links.back(), sort);
      break;
    }
    page.links.push_back(read_link(select));
  }
  return page;
}

}  // namespace

result<LinkPage> list_links(Connection& db, const ListQuery& query) {
  if (query.after && !fits(*query.after, query.sort)) return foreign_cursor();
  if (query.sort == SortKey::visits) return list_by_visits(db, query);
  const Variant variant{query.sort, query.order, !query.tag.empty(), query.after.has_value()};
  const std::size_t limit = std::max<std::size_t>(query.limit, 1);

  Execution select = db.run_list(variant.index(), sql_of(variant));
  select.bind(pattern_of(query.text), static_cast<std::int64_t>(limit + 1));
  if (variant.by_tag) select.bind_one(3, query.tag);
  if (query.after) {
    if (const auto* time = std::get_if<Timestamp>(&query.after->key)) select.bind_one(4, *time);
    select.bind_one(5, std::string{query.after->code.view()});
  }
  return read_page(select, limit, query.sort);
}

result<LinkPage> links_changed_since(Connection& db, Timestamp since,
                                     const std::optional<links::Cursor>& after, std::size_t limit) {
  if (after && !fits(*after, SortKey::updated_at)) return foreign_cursor();
  const std::size_t at_most = std::max<std::size_t>(limit, 1);
  Execution select = db.run(Statement::changed_since);
  // The empty code comes before all others.
  select.bind(after ? std::get<Timestamp>(after->key) : since,
              after ? std::string{after->code.view()} : std::string{},
              static_cast<std::int64_t>(at_most + 1));
  return read_page(select, at_most, SortKey::updated_at);
}

}  // namespace curt::store::sqlite
