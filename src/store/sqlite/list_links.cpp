#include "store/sqlite/list_links.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "store/sqlite/link_rows.hpp"

namespace curt::store {
namespace {

using links::Cursor;
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

  std::string where = "l.deleted_at IS NULL";
  where += " AND (l.code LIKE ?1 ESCAPE '\\' OR l.target LIKE ?1 ESCAPE '\\' OR l.title LIKE ?1 ESCAPE '\\')";
  if (variant.by_tag) where += " AND t.tag = ?3";
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
      variant.by_tag ? "link_tags AS t CROSS JOIN links AS l ON l.code = t.code" : "links AS l", where,
      order);
}

/// A LIKE pattern for texts that hold `part`.
std::string pattern_of(std::string_view part) {
  if (part.empty()) return "%";
  std::string pattern = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

Cursor cursor_of(const Link& link, SortKey sort) {
  if (sort == SortKey::code) return {link.code, link.code};
  return {sort == SortKey::created_at ? link.created_at : link.updated_at, link.code};
}

bool fits(const Cursor& cursor, SortKey sort) {
  return std::holds_alternative<ShortCode>(cursor.key) == (sort == SortKey::code);
}

}  // namespace

result<LinkPage> list_links(Connection& db, const ListQuery& query) {
  if (query.after && !fits(*query.after, query.sort))
    return invalid_field("cursor", "belongs to another sort key");
  const Variant variant{query.sort, query.order, !query.tag.empty(), query.after.has_value()};
  const std::size_t limit = std::max<std::size_t>(query.limit, 1);

  Execution select = db.run_list(variant.index(), sql_of(variant));
  select.bind(pattern_of(query.text),
              static_cast<std::int64_t>(limit + 1));  // one more, to see if a page follows
  if (variant.by_tag) select.bind_one(3, query.tag);
  if (query.after) {
    if (const auto* time = std::get_if<Timestamp>(&query.after->key)) select.bind_one(4, *time);
    select.bind_one(5, std::string{query.after->code.view()});
  }
  LinkPage page;
  while (select.step()) {
    if (page.links.size() == limit) {
      page.next = cursor_of(page.links.back(), query.sort);
      break;
    }
    page.links.push_back(read_link(select));
  }
  return page;
}

}  // namespace curt::store
