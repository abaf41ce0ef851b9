#include "store/sqlite/connection/connection.hpp"

#include <algorithm>

#include <sqlite3.h>

#include "store/sqlite/connection/failure.hpp"

namespace curt::store::sqlite {
namespace {

constexpr Statement kRollBack{"roll_back", "ROLLBACK", Charge::nothing};

/// Instructions of SQLite's virtual machine between two looks at the clock: some tens of microseconds.
constexpr int kInstructionsPerLook = 4096;

}  // namespace

Connection::Connection(const std::filesystem::path& file, Access access, const StatementTimes& times)
    : database_(file.string(),
                (access == Access::read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE) |
                    SQLite::OPEN_NOMUTEX),
      times_(times) {
  database_.setBusyTimeout(static_cast<int>(std::chrono::milliseconds{kLongestLockWait}.count()));
  // Savepoints and sorts need no temporary files, which a container may have no place for.
  database_.exec("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
  if (access == Access::read_only) {
    database_.exec("PRAGMA query_only = ON");
    sqlite3_progress_handler(database_.getHandle(), kInstructionsPerLook, &Connection::is_overdue, this);
  } else {
    // FULL syncs the log at every commit; NORMAL would lose the last ones with the power.
    database_.exec("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864");
  }
}

Execution Connection::run(const Statement& statement) {
  return run(prepared_[statement.number()], statement.sql(), statement);
}

Execution Connection::run_variant(const Statement& statement, const std::string& sql) {
  return run(variants_[sql], sql.c_str(), statement);
}

Execution Connection::run(Prepared& prepared, const char* sql, const Statement& statement) {
  if (statement.is_charged()) ++statements_;
  if (!prepared) prepared.emplace(database_, sql);
  return {*prepared, times_.of(statement)};
}

void Connection::set_deadline(Deadline deadline) {
  deadline_ = deadline;
  const auto wait = std::min<Deadline::clock::duration>(deadline.remaining(), kLongestLockWait);
  database_.setBusyTimeout(static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()));
}

bool Connection::in_transaction() const noexcept {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}

void Connection::roll_back() noexcept {
  if (!in_transaction()) return;
  try {
    run(kRollBack).finish();
  } catch (const std::exception&) {
    // Where ROLLBACK reports an error, SQLite has left the transaction all the same.
  }
}

Error Connection::failure(const std::exception_ptr& exception) { return failure_of(exception); }

int Connection::is_overdue(void* connection) {
  return static_cast<const Connection*>(connection)->deadline_.passed() ? 1 : 0;
}

}  // namespace curt::store::sqlite
