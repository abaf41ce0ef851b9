#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "curt/links/link_store.hpp"

#include "store/link_values.hpp"

namespace curt::store {

// How pages of links are read, the same for every store. `Db` is the store's connection; its namespace has
// the SQL statements as functions: select_links(db, ListSelect), which gives std::vector<ListedLink>, and
// find_last_code(db, ListSelect, n), which gives the n-th code, of deleted links too, that follows
// ListSelect::after in the order, or nothing where there are fewer.

/// Links in the order of one index. A list by visits has two parts: links with visits come from the index of
/// the totals "t" and those without from the index of codes, each only as many as the page takes.
enum class ListPart { created_at, updated_at, code, visited, unvisited };

/// The parts from which the page is read, one after the other.
[[nodiscard]] std::vector<ListPart> parts_of(const links::ListQuery& query);

/// One SELECT of links that are not deleted. Its SQL depends on the part, on the order, and on whether there
/// is a search, a tag and a cursor; everything else is a parameter.
struct ListSelect {
  const links::ListQuery& query;  ///< for its order, search and tag
  ListPart part{};
  std::optional<links::Cursor> after;
  std::size_t rows{};  ///< at most

  /// What follows ORDER BY, such as "l.created_at DESC, l.code DESC".
  [[nodiscard]] std::string order() const;

  /// Whether the order has a key before the code.
  [[nodiscard]] bool has_key() const noexcept;

  /// The condition for the links that follow `after`, such as "(l.created_at, l.code) < ($1, $2)". The values
  /// are the places of its parameters; without has_key() there is only that of the code.
  [[nodiscard]] std::string follows(std::string_view key, std::string_view code) const;

  /// In a list by code, how many codes after `after` the links are looked for among, if that is bounded.
  [[nodiscard]] std::optional<std::size_t> most_codes() const noexcept;
};

/// A link in a list.
struct ListedLink {
  Link link;
  std::int64_t visits = 0;  ///< in a list by visits
};

/// Fills a page with rows.
class PageBuilder {
 public:
  PageBuilder(links::SortKey sort, std::size_t limit);

  /// What is missing, and one row more to see if a page follows.
  [[nodiscard]] std::size_t rows_to_read() const noexcept { return limit_ + 1 - page_.links.size(); }

  /// There is one link more than the page takes.
  [[nodiscard]] bool is_full() const noexcept { return page_.next.has_value(); }

  void add(std::vector<ListedLink> rows);

  /// Nothing up to this code is left to read: the next page begins after it, or after the last link.
  void end_at(const ShortCode& code, links::SortOrder order);

  [[nodiscard]] links::LinkPage take() { return std::move(page_); }

 private:
  const links::SortKey sort_;
  const std::size_t limit_;
  links::LinkPage page_;
  std::int64_t last_visits_ = 0;  ///< visits of the page's last link
};

/// LinkStore::list()
template <class Db>
result<links::LinkPage> list_links(Db& db, const links::ListQuery& query) {
  if (query.after && !fits(*query.after, query.sort)) return foreign_cursor();
  PageBuilder page{query.sort, query.limit};
  std::optional<links::Cursor> after = query.after;
  for (const ListPart part : parts_of(query)) {
    if (page.is_full()) break;
    const ListSelect select{query, part, after, page.rows_to_read()};
    page.add(select_links(db, select));
    if (select.most_codes() && !page.is_full()) {
      if (const auto last = find_last_code(db, select, *select.most_codes())) page.end_at(*last, query.order);
    }
    after.reset();
  }
  return page.take();
}

}  // namespace curt::store
