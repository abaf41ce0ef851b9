#include "store/sqlite/connection/connection.hpp"

#include <algorithm>

#include <sqlite3.h>

#include "store/sqlite/connection/failure.hpp"

namespace curt::store::sqlite {
namespace {

/// Instructions of SQLite's virtual machine between two looks at the clock: some tens of microseconds.
constexpr int kInstructionsPerLook = 4096;

}  // namespace

Connection::Connection(const std::filesystem::path& file, Access access, const ConnectionTimes& times)
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

Execution Connection::run(Statement statement) {
  if (is_charged(statement)) ++statements_;
  return run(prepared_[static_cast<std::size_t>(statement)], sql_of(statement),
             times_.statements.of(statement));
}

Execution Connection::run(VisitStatement statement) {
  ++statements_;
  return run(prepared_visits_[static_cast<std::size_t>(statement)], sql_of(statement),
             times_.visits.of(statement));
}

Execution Connection::run_list(std::size_t variant, const std::string& sql) {
  ++statements_;
  return run(prepared_lists_[variant], sql.c_str(), times_.statements.of(Statement::list_links));
}

Execution Connection::run(std::optional<SQLite::Statement>& prepared, const char* sql,
                          const Histogram& time) {
  if (!prepared) prepared.emplace(database_, sql);
  return {*prepared, time};
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
    run(Statement::roll_back).finish();
  } catch (const std::exception&) {
    // Where ROLLBACK reports an error, SQLite has left the transaction all the same.
  }
}

Error Connection::failure(const std::exception_ptr& exception) { return failure_of(exception); }

int Connection::is_overdue(void* connection) {
  return static_cast<const Connection*>(connection)->deadline_.passed() ? 1 : 0;
}

}  // namespace curt::store::sqlite
