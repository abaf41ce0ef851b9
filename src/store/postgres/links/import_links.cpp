#include "store/postgres/links/import_links.hpp"

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/links/link_rows.hpp"

namespace curt::store::postgres {
namespace {

using links::CodeSource;
using links::ImportOutcome;
using links::ImportRow;
using links::NewLink;

constexpr Statement kLockImports{"lock_imports", "SELECT pg_advisory_xact_lock(1668641396, 1)",
                                 Charge::nothing};

constexpr Statement kFindReusableRows{
    "find_reusable_rows",
    "SELECT n.position FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::boolean[], $5::boolean[],"
    " $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[]) WITH ORDINALITY AS n "
    "(target_hash, target,"
    " redirect_status, forward_query, enabled, not_before, expires_at, created_at, max_visits, owner, "
    "position)"
    " WHERE EXISTS (SELECT FROM links AS l WHERE l.target_hash = n.target_hash AND l.target = n.target"
    " AND l.deleted_at IS NULL AND l.redirect_status = n.redirect_status"
    " AND l.forward_query = n.forward_query AND l.enabled = n.enabled"
    " AND l.not_before IS NOT DISTINCT FROM n.not_before AND l.expires_at IS NOT DISTINCT FROM n.expires_at"
    " AND (l.expires_at IS NULL OR l.expires_at > n.created_at)"
    " AND l.max_visits IS NOT DISTINCT FROM n.max_visits"
    " AND l.owner IS NOT DISTINCT FROM n.owner)"};

constexpr Statement kFindHolders{
    "find_holders", "SELECT code, target, deleted_at IS NULL FROM links WHERE code = ANY ($1::text[])"};

/// In the order of the codes, as visits are counted, so that these never deadlock. A code may have visits
/// that no link had.
constexpr Statement kInsertImportedVisits{
    "insert_imported_visits",
    "INSERT INTO visit_totals AS t (code, humans, bots, imported)"
    " SELECT n.code, n.humans, n.bots, n.humans + n.bots"
    " FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS n (code, humans, bots)"
    " ORDER BY n.code COLLATE \"C\""
    " ON CONFLICT (code) DO UPDATE SET humans = t.humans + excluded.humans, bots = t.bots + excluded.bots,"
    " imported = t.imported + excluded.imported"};

constexpr Statement kSumImportedVisits{"sum_imported_visits",
                                       "UPDATE visit_imports SET humans = humans + $1, bots = bots + $2"};

using Indexes = std::vector<std::size_t>;  ///< of rows, ascending

/// The rows of one import on their way to their outcomes, a statement for many rows at a time.
class RowsToImport {
 public:
  RowsToImport(Connection& db, const std::vector<ImportRow>& rows)
      : db_(db), rows_(rows), outcomes_(rows.size(), ImportOutcome::code_taken) {}

  std::vector<ImportOutcome> run() {
    Indexes open;
    for (std::size_t i = 0; i < rows_.size(); ++i) open.push_back(i);
    // Mostly one round. A row that may take the link of an earlier one waits until that is stored; the first
    // of the open rows never waits.
    while (!open.empty()) {
      open = without_those_served(open);
      const auto [now, later] = split(open);
      insert(now);
      open = later;
    }
    add_visits();
    return outcomes_;
  }

 private:
  /// Takes out the rows whose target has a link already.
  Indexes without_those_served(const Indexes& open) {
    Indexes generated;
    for (const std::size_t i : open) {
      if (rows_[i].code_source == CodeSource::generated) generated.push_back(i);
    }
    std::set<std::size_t> served;
    if (!generated.empty()) {
      const pqxx::result positions = db_.run(kFindReusableRows, columns_of(generated));
      for (const auto& row : positions) served.insert(generated[row[0].as<std::size_t>() - 1]);
    }
    Indexes left;
    for (const std::size_t i : open) {
      if (served.contains(i)) {
        outcomes_[i] = ImportOutcome::already_there;
      } else {
        left.push_back(i);
      }
    }
    return left;
  }

  Parameters columns_of(const Indexes& indexes) const {
    std::array<ArrayText, 10> columns;
    for (const std::size_t i : indexes) {
      const NewLink& link = rows_[i].link;
      columns[0].add(hash_of(link.target));
      columns[1].add(link.target.str());
      columns[2].add(status_of(link.settings));
      columns[3].add(link.settings.forward_query);
      columns[4].add(link.settings.enabled);
      columns[5].add(link.settings.not_before);
      columns[6].add(link.settings.expires_at);
      columns[7].add(link.created_at);
      columns[8].add(link.settings.max_visits);
      columns[9].add(link.owner);
    }
    Parameters parameters;
    for (ArrayText& column : columns) parameters.emplace_back(column.take());
    return parameters;
  }

  /// The rows that can be stored now, and those whose target, settings and owner an earlier one of them has.
  std::pair<Indexes, Indexes> split(const Indexes& open) const {
    std::set<std::tuple<std::string_view, std::int64_t, bool, bool, std::optional<Timestamp>,
                        std::optional<Timestamp>, std::optional<std::int64_t>, std::optional<KeyId>>>
        seen;
    Indexes now;
    Indexes later;
    for (const std::size_t i : open) {
      const NewLink& link = rows_[i].link;
      const LinkSettings& settings = link.settings;
      const bool fresh =
          seen.emplace(link.target.str(), status_of(settings), settings.forward_query, settings.enabled,
                       settings.not_before, settings.expires_at, settings.max_visits, link.owner)
              .second;
      const bool waits = !fresh && rows_[i].code_source == CodeSource::generated;
      (waits ? later : now).push_back(i);
    }
    return {std::move(now), std::move(later)};
  }

  void insert(const Indexes& indexes) {
    std::vector<const NewLink*> links;
    for (const std::size_t i : indexes) links.push_back(&rows_[i].link);
    auto stored = insert_rows(db_, links);
    Indexes refused;
    for (const std::size_t i : indexes) {
      // Of several rows with one code, the first one got it.
      if (stored.erase(rows_[i].link.code) == 1) {
        outcomes_[i] = ImportOutcome::imported;
      } else if (rows_[i].code_source == CodeSource::alias) {
        refused.push_back(i);
      }
    }
    compare_with_holders(refused);
  }

  /// A row whose alias belongs to a link with its target is there already.
  void compare_with_holders(const Indexes& refused) {
    if (refused.empty()) return;
    ArrayText codes;
    for (const std::size_t i : refused) codes.add(rows_[i].link.code.view());
    const pqxx::result holders = db_.run(kFindHolders, {codes.take()});
    std::unordered_map<ShortCode, std::string> targets;  // of links that are not deleted
    for (const auto& holder : holders) {
      const Row row{holder};
      if (row.flag(2)) targets.emplace(ShortCode::from_valid(row.text(0)), row.text(1));
    }
    for (const std::size_t i : refused) {
      const auto holder = targets.find(rows_[i].link.code);
      const bool same = holder != targets.end() && holder->second == rows_[i].link.target.str();
      if (same) outcomes_[i] = ImportOutcome::already_there;
    }
  }

  /// Adds the visits that the imported links had elsewhere.
  void add_visits() {
    ArrayText codes;
    ArrayText humans;
    ArrayText bots;
    std::int64_t all_humans = 0;
    std::int64_t all_bots = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const ImportRow& row = rows_[i];
      const bool visited = row.humans > 0 || row.bots > 0;
      if (outcomes_[i] != ImportOutcome::imported || !visited) continue;
      codes.add(row.link.code.view());
      humans.add(row.humans);
      bots.add(row.bots);
      all_humans += row.humans;
      all_bots += row.bots;
    }
    if (all_humans == 0 && all_bots == 0) return;
    db_.run(kInsertImportedVisits, {codes.take(), humans.take(), bots.take()});
    db_.run(kSumImportedVisits, {std::to_string(all_humans), std::to_string(all_bots)});
  }

  Connection& db_;
  const std::vector<ImportRow>& rows_;
  std::vector<ImportOutcome> outcomes_;
};

}  // namespace

result<std::vector<ImportOutcome>> import_links(Connection& db, const std::vector<ImportRow>& rows) {
  using Outcomes = std::vector<ImportOutcome>;
  if (rows.empty()) return Outcomes{};
  return in_transaction<Outcomes>(db, [&]() -> result<Outcomes> {
    db.run(kLockImports);
    return RowsToImport{db, rows}.run();
  });
}

}  // namespace curt::store::postgres
