#include "store/sqlite/links/import_links.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>

#include "store/sqlite/links/link_rows.hpp"

namespace curt::store::sqlite {
namespace {

using links::CodeSource;
using links::ImportOutcome;
using links::ImportRow;

ImportOutcome import_row(Connection& db, const ImportRow& row) {
  if (row.code_source == CodeSource::generated &&
      find_reusable(db, row.link, ReuseMatch::target_and_settings)) {
    return ImportOutcome::already_there;
  }
  if (insert_row(db, row.link)) return ImportOutcome::imported;
  if (row.code_source == CodeSource::generated) return ImportOutcome::code_taken;
  const std::optional<Link> holder = find_row(db, row.link.code);
  const bool same = holder && !holder->deleted_at && holder->target == row.link.target;
  return same ? ImportOutcome::already_there : ImportOutcome::code_taken;
}

/// The order in which rows are stored. In that of the codes, rows beside each other change the same pages of
/// the indexes by code, which takes half the time of any order. What becomes of a row with a generated code
/// depends on the targets of all rows before it, that of an alias only on rows with the same code.
std::vector<std::size_t> order_of(const std::vector<ImportRow>& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (std::ranges::all_of(rows, [](const ImportRow& row) { return row.code_source == CodeSource::alias; })) {
    std::ranges::sort(order, {}, [&rows](std::size_t i) { return std::pair{rows[i].link.code.view(), i}; });
  }
  return order;
}

}  // namespace

result<std::vector<ImportOutcome>> import_links(Connection& db, const std::vector<ImportRow>& rows) {
  std::vector<ImportOutcome> outcomes(rows.size());
  std::int64_t humans = 0;
  std::int64_t bots = 0;
  for (const std::size_t i : order_of(rows)) {
    const ImportRow& row = rows[i];
    outcomes[i] = import_row(db, row);
    const bool visited = row.humans > 0 || row.bots > 0;
    if (outcomes[i] != ImportOutcome::imported || !visited) continue;
    insert_imported_visits(db, row.link.code, row.humans, row.bots);
    humans += row.humans;
    bots += row.bots;
  }
  if (humans > 0 || bots > 0) add_to_imported_visits(db, humans, bots);
  return outcomes;
}

}  // namespace curt::store::sqlite
