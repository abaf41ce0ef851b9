#include "store/postgres/links/list_links.hpp"

#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "store/link_row.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/planned.hpp"
#include "store/postgres/connection/row.hpp"

namespace curt::store::postgres {
namespace {

// Their SQL is made for each list.
constexpr Statement kListLinks{"list_links", ""};
constexpr Statement kFindLastCode{"find_last_code", ""};

/// Adds a parameter, and gives its place in the SQL, such as "$3".
std::string place(Parameters& parameters, std::string value) {
  parameters.emplace_back(std::move(value));
  return fmt::format("${}", parameters.size());
}

std::string key_of(const links::Cursor& cursor) {
  if (const auto* time = std::get_if<Timestamp>(&cursor.key)) return text_of(*time);
  return text_of(std::get<std::int64_t>(cursor.key));
}

/// The condition for the links "l" of the list.
std::string filter_of(const ListSelect& select, Parameters& parameters) {
  const links::ListQuery& query = select.query;
  std::string where = "l.deleted_at IS NULL";
  if (!query.text.empty()) {
    // The columns are of collation "C", whose lower() is that of ASCII.
    where +=
        fmt::format(" AND (lower(l.code) LIKE {0} OR lower(l.target) LIKE {0} OR lower(l.title) LIKE {0})",
                    place(parameters, like_pattern(query.text)));
  }
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

/// The first so many codes of the list, with links that are not in it among them.
std::string window_of(const ListSelect& select, std::string_view columns, Parameters& parameters) {
  std::string where;
  if (select.after) where = "WHERE " + select.follows("", place(parameters, text_of(select.after->code)));
  return fmt::format("SELECT {} FROM links AS l {} ORDER BY {}", columns, where, select.order());
}

/// What the list is selected from. Of a bounded one the LIMIT keeps the planner from looking for its links by
/// another index than that of the codes, or in another order, which reads more than that.
std::string source_of(const ListSelect& select, Parameters& parameters) {
  if (select.part == ListPart::visited) return "visit_totals AS t JOIN links AS l ON l.code = t.code";
  if (!select.most_codes()) return "links AS l";
  const std::string window = window_of(select, "*", parameters);
  return fmt::format("({} LIMIT {}) AS l", window, place(parameters, std::to_string(*select.most_codes())));
}

std::vector<ListedLink> read_links(const pqxx::result& rows) {
  std::vector<ListedLink> links;
  for (const auto& found : rows) {
    const Row row{found};
    links.push_back({read_link(row), row.integer(LinkColumn::end)});
  }
  return links;
}

}  // namespace

std::vector<ListedLink> select_links(Connection& db, const ListSelect& select) {
  const std::string_view visits = select.part == ListPart::visited ? "t.total" : "0::bigint";
  Parameters parameters;
  const std::string source = source_of(select, parameters);
  const std::string where = filter_of(select, parameters);
  const std::string sql =
      fmt::format("SELECT " CURT_LINK_COLUMNS ", {} FROM {} WHERE {} ORDER BY {} LIMIT {}", visits, source,
                  where, select.order(), place(parameters, std::to_string(select.rows)));
  const auto run = [&] { return db.run_variant(kListLinks, sql, parameters); };
  const bool of_key = select.query.owner && select.query.owner->key;
  return read_links(of_key ? planned_for_parameters(db, run) : run());
}

std::optional<ShortCode> find_last_code(Connection& db, const ListSelect& select, std::size_t n) {
  Parameters parameters;
  const std::string window = window_of(select, "l.code", parameters);
  const std::string sql =
      fmt::format("{} OFFSET {} LIMIT 1", window, place(parameters, std::to_string(n - 1)));
  const pqxx::result rows = db.run_variant(kFindLastCode, sql, parameters);
  if (rows.empty()) return std::nullopt;
  return ShortCode::from_valid(Row{rows[0]}.text(0));
}

}  // namespace curt::store::postgres
