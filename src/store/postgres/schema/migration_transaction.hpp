#pragma once

#include <exception>
#include <string>

#include "store/postgres/connection/libpqxx.hpp"

namespace curt::store {

/// Lets one who migrates work at a time. The number is arbitrary, but all versions of curt must share it.
inline constexpr const char* kTurnToMigrate = "SELECT pg_advisory_xact_lock(1668641395)";

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

}  // namespace curt::store
