#include "store/postgres/links/list_by_visits.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "store/postgres/links/link_rows.hpp"
#include "store/postgres/links/list_filter.hpp"

namespace curt::store::postgres {
namespace {

using links::Cursor;
using links::LinkPage;
using links::ListQuery;
using links::SortOrder;

/// The variants of list_links end here.
constexpr std::size_t kFirstVariant = 48;

/// The list has two parts, each in the order of an index.
enum class Part { visited, unvisited };

std::size_t variant_of(Part part, const ListQuery& query, bool after) {
  std::size_t number = 0;
  for (const bool choice : {part == Part::unvisited, query.order == SortOrder::descending,
                            !query.text.empty(), !query.tag.empty(), after}) {
    number = number * 2 + (choice ? 1 : 0);
  }
  return kFirstVariant + number;
}

/// Builds a page from the rows of one part after the other.
class PageBuilder {
 public:
  PageBuilder(Session& db, const ListQuery& query)
      : db_(db), query_(query), limit_(std::max<std::size_t>(query.limit, 1)) {}

  LinkPage build() {
    const bool descending = query_.order == SortOrder::descending;
    const std::int64_t begin = query_.after ? std::get<std::int64_t>(query_.after->key) : 0;
    const bool begins_visited = query_.after ? begin > 0 : descending;
    add(begins_visited ? Part::visited : Part::unvisited, query_.after);
    // What follows is there for nobody who is at the other end already.
    if (!is_full() && begins_visited == descending) {
      add(descending ? Part::unvisited : Part::visited, std::nullopt);
    }
    return std::move(page_);
  }

 private:
  /// There is one link more than the page takes.
  [[nodiscard]] bool is_full() const { return page_.next.has_value(); }

  void add(Part part, const std::optional<Cursor>& after) {
    Parameters parameters;
    const std::string sql = sql_of(part, after, parameters);
    for (const auto& row : db_.run_list(variant_of(part, query_, after.has_value()), sql, parameters)) {
      if (page_.links.size() == limit_) {
        page_.next = Cursor{last_, page_.links.back().code};
        return;
      }
      page_.links.push_back(read_link(row));
      last_ = row["visits_total"].as<std::int64_t>();
    }
  }

  std::string sql_of(Part part, const std::optional<Cursor>& after, Parameters& parameters) const {
    const bool descending = query_.order == SortOrder::descending;
    const std::string_view direction = descending ? " DESC" : "";
    const std::string_view comparison = descending ? "<" : ">";
    std::string where = filter_of(query_, parameters);
    if (part == Part::visited) {
      if (after) {
        const std::string total = place(parameters, std::to_string(std::get<std::int64_t>(after->key)));
        where += fmt::format(" AND (t.total, t.code) {} ({}, {})", comparison, total,
                             place(parameters, text_of(after->code)));
      }
      return fmt::format("SELECT " CURT_POSTGRES_LINK_COLUMNS
                         ", t.total AS visits_total FROM visit_totals AS t JOIN links AS l ON l.code = t.code"
                         " WHERE {0} ORDER BY t.total{1}, t.code{1} LIMIT {2}",
                         where, direction, rows(parameters));
    }
    if (after) {
      where += fmt::format(" AND l.code {} {}", comparison, place(parameters, text_of(after->code)));
    }
    return fmt::format("SELECT " CURT_POSTGRES_LINK_COLUMNS
                       ", 0::bigint AS visits_total FROM links AS l WHERE {} AND NOT EXISTS"
                       " (SELECT FROM visit_totals AS t WHERE t.code = l.code) ORDER BY l.code{} LIMIT {}",
                       where, direction, rows(parameters));
  }

  /// What is missing, and one more to see if a page follows.
  std::string rows(Parameters& parameters) const {
    return place(parameters, std::to_string(limit_ + 1 - page_.links.size()));
  }

  Session& db_;
  const ListQuery& query_;
  std::size_t limit_;
  LinkPage page_;
  std::int64_t last_ = 0;  ///< visits of the last link of the page
};

}  // namespace

result<LinkPage> list_by_visits(Session& db, const ListQuery& query) {
  return PageBuilder{db, query}.build();
}

}  // namespace curt::store::postgres
