#include "store/sqlite/links/list_by_visits.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "store/sqlite/links/link_rows.hpp"
#include "store/sqlite/links/list_filter.hpp"

namespace curt::store::sqlite {
namespace {

using links::Cursor;
using links::LinkPage;
using links::ListQuery;
using links::SortOrder;

/// The variants of list_links end here.
constexpr std::size_t kFirstVariant = 24;

/// The list has two parts, each in the order of an index.
enum class Part { visited, unvisited };

std::size_t variant_of(Part part, const ListQuery& query, bool after) {
  std::size_t number = 0;
  for (const bool choice :
       {part == Part::unvisited, query.order == SortOrder::descending, !query.tag.empty(), after}) {
    number = number * 2 + (choice ? 1 : 0);
  }
  return kFirstVariant + number;
}

/// Builds a page from the rows of one part after the other.
class PageBuilder {
 public:
  PageBuilder(Connection& db, const ListQuery& query)
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
    Execution select =
        db_.run_list(variant_of(part, query_, after.has_value()), sql_of(part, after.has_value()));
    select.bind(pattern_of(query_.text), static_cast<std::int64_t>(limit_ + 1 - page_.links.size()));
    if (!query_.tag.empty()) select.bind_one(3, query_.tag);
    if (after) {
      if (part == Part::visited) select.bind_one(4, std::get<std::int64_t>(after->key));
      select.bind_one(5, std::string{after->code.view()});
    }
    while (select.step()) {
      if (page_.links.size() == limit_) {
        page_.next = Cursor{last_, page_.links.back().code};
        return;
      }
      page_.links.push_back(read_link(select));
      last_ = select.integer(select.columns() - 1);
    }
  }

  /// It depends on nothing but the variant. CROSS JOIN keeps the order of the index, which the page ends
  /// early.
  [[nodiscard]] std::string sql_of(Part part, bool after) const {
    const bool descending = query_.order == SortOrder::descending;
    const std::string_view direction = descending ? " DESC" : "";
    const std::string_view comparison = descending ? "<" : ">";
    std::string where{kListFilter};
    if (!query_.tag.empty()) {
      where += fmt::format(" AND EXISTS (SELECT 1 FROM link_tags AS g WHERE g.code = l.code{})", kTagFilter);
    }
    if (part == Part::visited) {
      if (after) where += fmt::format(" AND (t.total, t.code) {} (?4, ?5)", comparison);
      return fmt::format("SELECT " CURT_LINK_COLUMNS
                         ", t.total FROM visit_totals AS t CROSS JOIN links AS l ON l.code = t.code"
                         " WHERE {0} ORDER BY t.total{1}, t.code{1} LIMIT ?2",
                         where, direction);
    }
    if (after) where += fmt::format(" AND l.code {} ?5", comparison);
    return fmt::format("SELECT " CURT_LINK_COLUMNS
                       ", 0 FROM links AS l WHERE {} AND NOT EXISTS"
                       " (SELECT 1 FROM visit_totals AS t WHERE t.code = l.code) ORDER BY l.code{} LIMIT ?2",
                       where, direction);
  }

  Connection& db_;
  const ListQuery& query_;
  std::size_t limit_;
  LinkPage page_;
  std::int64_t last_ = 0;  ///< visits of the last link of the page
};

}  // namespace

result<LinkPage> list_by_visits(Connection& db, const ListQuery& query) {
  return PageBuilder{db, query}.build();
}

}  // namespace curt::store::sqlite
