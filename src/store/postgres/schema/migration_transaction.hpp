#pragma once

#include <exception>
#include <string>

#include <fmt/format.h>

#include "curt/store/postgres/schema/migrations.hpp"

#include "store/postgres/connection/libpqxx.hpp"

namespace curt::store {

/// A transaction that is rolled back unless it was committed. Without libpqxx's own, since these statements
/// go out together.
class MigrationTransaction {
 public:
  MigrationTransaction(pqxx::connection& connection, const std::string& settings) : connection_(connection) {
    run("BEGIN; " + settings);
  }
  ~MigrationTransaction() {
    if (committed_ || !connection_.is_open()) return;
    try {
      run("ROLLBACK");
    } catch (const std::exception&) {
      // The connection ends next, and the server rolls back.
    }
  }
  MigrationTransaction(const MigrationTransaction&) = delete;
  MigrationTransaction& operator=(const MigrationTransaction&) = delete;

  pqxx::result run(const std::string& sql) { return postgres::execute(connection_, sql); }
  void commit() {
    run("COMMIT");
    committed_ = true;
  }

 private:
  pqxx::connection& connection_;
  bool committed_ = false;
};

/// The settings of a transaction that looks, or waits for its turn.
inline std::string looking(const PostgresMigrateOptions& options) {
  return fmt::format("SET LOCAL statement_timeout = {}; SET LOCAL client_min_messages = error",
                     options.turn_timeout.count());
}

/// Waits until nobody else who migrates is at work. Until its end the transaction is the only one, and has
/// the time that a migration may take.
inline void take_turn(MigrationTransaction& transaction, const PostgresMigrateOptions& options) {
  // The number is arbitrary, but all versions of curt must share it.
  transaction.run("SELECT pg_advisory_xact_lock(1668641395)");
  transaction.run(fmt::format("SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}",
                              options.lock_timeout.count(), options.statement_timeout.count()));
}

}  // namespace curt::store
