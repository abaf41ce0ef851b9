#include "store/sqlite/connection/connection.hpp"

#include <algorithm>
#include <thread>

#include <sqlite3.h>

#include "store/sqlite/connection/failure.hpp"
#include "store/sqlite/connection/search_function.hpp"

namespace curt::store::sqlite {
namespace {

constexpr Statement kRollBack{"roll_back", "ROLLBACK", Charge::nothing};

/// Instructions of SQLite's virtual machine between two looks at the clock: some tens of microseconds.
constexpr int kInstructionsPerLook = 4096;

/// How long a statement that waits for a lock sleeps between its tries: far less than what SQLite's own
/// handler comes to, which would miss the moments between the transactions of an import (GroupWriter::Pace).
constexpr std::chrono::milliseconds kLockPoll{2};

}  // namespace

Connection::Connection(const std::filesystem::path& file, Access access, const StatementTimes& times)
    : database_(file.string(),
                (access == Access::read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE) |
                    SQLite::OPEN_NOMUTEX),
      times_(times) {
  add_search_function(database_);
  sqlite3_busy_handler(database_.getHandle(), &Connection::wait_for_lock, this);
  // Savepoints and sorts need no temporary files, which a container may have no place for.
  database_.exec("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
  if (access == Access::read_only) {
    database_.exec("PRAGMA query_only = ON");
    sqlite3_progress_handler(database_.getHandle(), kInstructionsPerLook, &Connection::is_overdue, this);
  } else if (access == Access::bulk) {
    // The cache is in KiB: pages for which it has no room SQLite writes to the log at once, and once more
    // when they are changed again. With more, an import of ten million links is no quicker. What was
    // committed is there after a crash of the process. The trigger of tags refers to the row that it is
    // about, and nothing else that is written here refers to anything.
    database_.exec(
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;"
        "PRAGMA cache_size = -262144");
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
  lock_deadline_ = Deadline::in(std::min<Deadline::clock::duration>(deadline.remaining(), kLongestLockWait));
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

void Connection::let_log_grow() {
  // In pages; and without a limit after which it is cut off, since blocks that a file has are written more
  // quickly than new ones.
  database_.exec("PRAGMA wal_autocheckpoint = 262144; PRAGMA journal_size_limit = -1");
}

void Connection::empty_log() noexcept {
  // An error leaves it to the next commit of anybody.
  sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

int Connection::wait_for_lock(void* connection, int) {
  const Deadline deadline = static_cast<const Connection*>(connection)->lock_deadline_;
  if (deadline.passed()) return 0;
  std::this_thread::sleep_for(std::min<Deadline::clock::duration>(deadline.remaining(), kLockPoll));
  return 1;
}

int Connection::is_overdue(void* connection) {
  return static_cast<const Connection*>(connection)->deadline_.passed() ? 1 : 0;
}

}  // namespace curt::store::sqlite
