#include "store/postgres/links/list_links.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "store/postgres/links/link_rows.hpp"
#include "store/postgres/links/list_by_visits.hpp"
#include "store/postgres/links/list_filter.hpp"

namespace curt::store::postgres {
namespace {

using links::LinkPage;
using links::ListQuery;
using links::SortKey;
using links::SortOrder;

/// What the SQL of a list depends on; everything else is a parameter.
struct Variant {
  SortKey sort;
  SortOrder order;
  bool by_text;
  bool by_tag;
  bool after;

  [[nodiscard]] std::size_t index() const {
    std::size_t number = static_cast<std::size_t>(sort);
    for (const bool choice : {order == SortOrder::descending, by_text, by_tag, after}) {
      number = number * 2 + (choice ? 1 : 0);
    }
    return number;
  }
};

/// The SQL; puts its parameters into `parameters`. It depends on nothing but the variant.
std::string sql_of(const Variant& variant, const ListQuery& query, std::size_t rows, Parameters& parameters) {
  const auto parameter = [&parameters](std::string value) {
    parameters.emplace_back(std::move(value));
    return fmt::format("${}", parameters.size());
  };
  const bool by_code = variant.sort == SortKey::code;
  const std::string_view time = variant.sort == SortKey::created_at ? "l.created_at" : "l.updated_at";
  const bool descending = variant.order == SortOrder::descending;
  const std::string_view direction = descending ? " DESC" : "";

  std::string where = filter_of(query, parameters);
  if (variant.after) {
    const std::string_view comparison = descending ? "<" : ">";
    if (const auto* at = std::get_if<Timestamp>(&query.after->key)) {
      const std::string key = parameter(text_of(*at));
      where += fmt::format(" AND ({}, l.code) {} ({}, {})", time, comparison, key,
                           parameter(text_of(query.after->code)));
    } else {
      where += fmt::format(" AND l.code {} {}", comparison, parameter(text_of(query.after->code)));
    }
  }
  const std::string order =
      by_code ? fmt::format("l.code{}", direction) : fmt::format("{0}{1}, l.code{1}", time, direction);
  return fmt::format("SELECT " CURT_POSTGRES_LINK_COLUMNS " FROM links AS l WHERE {} ORDER BY {} LIMIT {}",
                     where, order, parameter(std::to_string(rows)));
}

/// The rows as a page of at most `limit` links; the query asked for one more, to see if a page follows.
LinkPage read_page(const pqxx::result& rows, std::size_t limit, SortKey sort) {
  LinkPage page;
  for (const auto& row : rows) {
    if (page.links.size() == limit) {
      page.next = cursor_of(page.links.back(), sort);
      break;
    }
    page.links.push_back(read_link(row));
  }
  return page;
}

}  // namespace

result<LinkPage> list_links(Session& db, const ListQuery& query) {
  if (query.after && !fits(*query.after, query.sort)) return foreign_cursor();
  if (query.sort == SortKey::visits) return list_by_visits(db, query);
  const Variant variant{query.sort, query.order, !query.text.empty(), !query.tag.empty(),
                        query.after.has_value()};
  const std::size_t limit = std::max<std::size_t>(query.limit, 1);
  Parameters parameters;
  const std::string sql = sql_of(variant, query, limit + 1, parameters);
  return read_page(db.run_list(variant.index(), sql, parameters), limit, query.sort);
}

result<LinkPage> links_changed_since(Session& db, Timestamp since, const std::optional<links::Cursor>& after,
                                     std::size_t limit) {
  if (after && !fits(*after, SortKey::updated_at)) return foreign_cursor();
  const std::size_t at_most = std::max<std::size_t>(limit, 1);
  // The empty code comes before all others.
  const Parameters parameters{text_of(after ? std::get<Timestamp>(after->key) : since),
                              after ? text_of(after->code) : std::string{}, std::to_string(at_most + 1)};
  return read_page(db.run(Statement::changed_since, parameters), at_most, SortKey::updated_at);
}

}  // namespace curt::store::postgres
