#include "store/postgres/schema/search_trigrams.hpp"

#include <exception>
#include <functional>

#include <fmt/format.h>

#include "store/postgres/connection/failure.hpp"
#include "store/postgres/schema/migration_transaction.hpp"

namespace curt::store {
namespace {

/// Whether the texts are there without an index.
constexpr const char* kLookForIndex =
    "SELECT to_regclass('link_search') IS NOT NULL AND to_regclass('link_search_by_trigram') IS NULL";

/// The schema of the extension's operator class.
constexpr const char* kLookForExtension =
    "SELECT quote_ident(n.nspname) FROM pg_opclass AS o JOIN pg_namespace AS n ON n.oid = o.opcnamespace"
    " WHERE o.opcname = 'gin_trgm_ops' LIMIT 1";

bool lacks_index(const pqxx::result& found) { return *found[0][0].c_str() == 't'; }

/// The reason without SQL and position.
std::string reason_of(const std::exception& failure) {
  std::string text = postgres::text_of(failure);
  return text.substr(0, text.find('\n'));
}

std::string without_extension(const std::string& why) {
  return "searches read every link, since the extension pg_trgm is not there and cannot be made: " + why +
         "; let a superuser run CREATE EXTENSION pg_trgm in this database, then run `curt migrate` again";
}

/// Does the work in its turn, and says what is wrong with it; nothing if nothing is.
std::optional<std::string> in_turn(pqxx::connection& connection, const PostgresMigrateOptions& options,
                                   const std::function<void(MigrationTransaction&)>& work) {
  try {
    MigrationTransaction transaction{connection, looking(options)};
    take_turn(transaction, options);
    work(transaction);
    transaction.commit();
    return std::nullopt;
  } catch (const std::exception& e) {
    if (postgres::kind_of(e) == postgres::Failure::broken) throw;
    return reason_of(e);
  }
}

/// The list of what is not in the index proper yet is that of the server's default, whatever is configured: a
/// search goes through it, and shorter ones make filling slower by far.
std::string index_sql(const std::string& schema) {
  return fmt::format(
      "CREATE INDEX link_search_by_trigram ON link_search USING gin (folded {}.gin_trgm_ops)"
      " WITH (gin_pending_list_limit = 4096)",
      schema);
}

}  // namespace

std::optional<std::string> make_search_index(pqxx::connection& connection, MigrateMode mode,
                                             const PostgresMigrateOptions& options) {
  if (!lacks_index(postgres::execute(connection, kLookForIndex))) return std::nullopt;
  if (mode == MigrateMode::dry_run) return "would make the index of the search";
  const auto no_extension = in_turn(connection, options, [](MigrationTransaction& transaction) {
    if (!transaction.run(kLookForExtension).empty()) return;
    transaction.run("CREATE EXTENSION IF NOT EXISTS pg_trgm");
  });
  if (no_extension) return without_extension(*no_extension);
  bool is_made = false;
  const auto no_index = in_turn(connection, options, [&is_made](MigrationTransaction& transaction) {
    // Another process may have made it meanwhile.
    if (!lacks_index(transaction.run(kLookForIndex))) return;
    transaction.run(index_sql(transaction.run(kLookForExtension).at(0).at(0).c_str()));
    is_made = true;
  });
  if (no_index) return "searches read every link, since their index cannot be made: " + *no_index;
  if (!is_made) return std::nullopt;
  return "made the index of the search";
}

}  // namespace curt::store
