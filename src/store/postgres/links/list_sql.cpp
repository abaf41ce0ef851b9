#include "store/postgres/links/list_sql.hpp"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "store/link_row.hpp"
#include "store/postgres/connection/row.hpp"

namespace curt::store::postgres {
namespace {

std::string key_of(const links::Cursor& cursor) {
  if (const auto* time = std::get_if<Timestamp>(&cursor.key)) return text_of(*time);
  return text_of(std::get<std::int64_t>(cursor.key));
}

}  // namespace

std::string place(Parameters& parameters, std::string value) {
  parameters.emplace_back(std::move(value));
  return fmt::format("${}", parameters.size());
}

std::string filter_of(const ListSelect& select, Parameters& parameters) {
  const links::ListQuery& query = select.query;
  std::string where = "l.deleted_at IS NULL";
  if (!query.tag.empty()) {
    where += fmt::format(" AND l.tags <> '[]' AND l.tags @> {}::jsonb",
                         place(parameters, tags_to_json({query.tag})));
  }
  if (query.owner && query.owner->key) {
    where += fmt::format(" AND l.owner = {}", place(parameters, text_of(*query.owner->key)));
  } else if (query.owner) {
    where += " AND l.owner IS NULL";
  }
  if (select.part == ListPart::unvisited) {
    where += " AND NOT EXISTS (SELECT FROM visit_totals AS t WHERE t.code = l.code)";
  }
  if (select.after && !select.most_codes()) {
    const std::string key = select.has_key() ? place(parameters, key_of(*select.after)) : "";
    const std::string code = place(parameters, text_of(select.after->code));
    where += " AND " + select.follows(key, code);
  }
  return where;
}

std::string window_of(const ListSelect& select, std::string_view columns, Parameters& parameters) {
  std::string where;
  if (select.after) where = "WHERE " + select.follows("", place(parameters, text_of(select.after->code)));
  return fmt::format("SELECT {} FROM links AS l {} ORDER BY {}", columns, where, select.order());
}

std::string source_of(const ListSelect& select, Parameters& parameters) {
  if (select.part == ListPart::visited) return "visit_totals AS t JOIN links AS l ON l.code = t.code";
  if (!select.most_codes()) return "links AS l";
  const std::string window = window_of(select, "*", parameters);
  return fmt::format("({} LIMIT {}) AS l", window, place(parameters, std::to_string(*select.most_codes())));
}

std::string list_sql(const ListSelect& select, std::string_view source, std::string_view where,
                     Parameters& parameters) {
  const std::string_view visits = select.part == ListPart::visited ? "t.total" : "0::bigint";
  return fmt::format("SELECT " CURT_LINK_COLUMNS ", {} FROM {} WHERE {} ORDER BY {} LIMIT {}", visits, source,
                     where, select.order(), place(parameters, std::to_string(select.rows)));
}

std::vector<ListedLink> read_links(const pqxx::result& rows) {
  std::vector<ListedLink> links;
  for (const auto& found : rows) {
    const Row row{found};
    links.push_back({read_link(row), row.integer(LinkColumn::end)});
  }
  return links;
}

}  // namespace curt::store::postgres
