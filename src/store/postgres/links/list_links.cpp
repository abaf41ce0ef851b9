#include "store/postgres/links/list_links.hpp"

#include <string>

#include <fmt/format.h>

#include "store/postgres/connection/planned.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/links/list_sql.hpp"
#include "store/postgres/links/search_links.hpp"

namespace curt::store::postgres {
namespace {

// Their SQL is made for each list.
constexpr Statement kListLinks{"list_links", ""};
constexpr Statement kFindLastCode{"find_last_code", ""};

}  // namespace

std::vector<ListedLink> select_links(Connection& db, const ListSelect& select) {
  if (!select.query.search.empty()) return search_links(db, select);
  Parameters parameters;
  const std::string source = source_of(select, parameters);
  const std::string where = filter_of(select, parameters);
  const std::string sql = list_sql(select, source, where, parameters);
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
