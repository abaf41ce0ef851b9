#include "curt/store/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "curt/store/sqlite/schema/migrations.hpp"

#include "store/job_queue.hpp"
#include "store/refusals.hpp"
#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/failure.hpp"
#include "store/sqlite/connection/group_writer.hpp"
#include "store/sqlite/links/link_rows.hpp"
#include "store/sqlite/links/link_writes.hpp"
#include "store/sqlite/links/list_links.hpp"
#include "store/sqlite/visit_store.hpp"

namespace curt::store::sqlite {
namespace {

using Queue = JobQueue<Connection>;
using links::Created;
using links::CreateRequest;
using links::ImportOutcome;
using links::ImportRow;
using links::LinkPage;
using links::LinkPatch;
using links::ListQuery;
using links::Spent;

void serve_reads(Queue& queue, Connection& db) {
  for (auto jobs = queue.pop(1); !jobs.empty(); jobs = queue.pop(1)) {
    Job<Connection>& job = *jobs.front();
    db.set_deadline(job.deadline());
    job.run(db);
    job.finish();
  }
}

/// Device and inode; zeros where there is no file.
using FileIdentity = std::pair<dev_t, ino_t>;

FileIdentity identity_of(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

class SqliteStore final : public Store {
 public:
  /// Throws SQLite::Exception if the file cannot be opened.
  SqliteStore(const SqliteOptions& options, Metrics& metrics)
      : path_(options.path),
        times_(metrics),
        writing_(options.path, Connection::Access::read_write, times_),
        writes_(options.queue_capacity, {metrics, "sqlite", "write"}),
        reads_(options.queue_capacity, {metrics, "sqlite", "read"}),
        lists_(options.queue_capacity, {metrics, "sqlite", "list"}),
        writer_(writing_, writes_, metrics),
        visits_(writes_, reads_, lists_) {
    file_ = identity_of(path_);
    // One more than the readers: lists may take seconds, and must not keep a redirect waiting.
    for (std::size_t i = 0; i <= std::max<std::size_t>(options.readers, 1); ++i) {
      reading_.push_back(std::make_unique<Connection>(options.path, Connection::Access::read_only, times_));
    }
    threads_.emplace_back([this] { writer_.serve(); });
    for (const auto& connection : reading_) {
      Queue& queue = connection == reading_.front() ? lists_ : reads_;
      threads_.emplace_back([&queue, &db = *connection] { serve_reads(queue, db); });
    }
  }

  ~SqliteStore() override {
    writes_.close();
    reads_.close();
    lists_.close();
    for (std::thread& thread : threads_) thread.join();
  }

  awaitable<result<Link>> find(Call& call, ShortCode code) override {
    auto work = [code](Connection& db) -> result<Link> {
      std::optional<Link> link = find_row(db, code);
      if (!link) return not_found(code);
      return *std::move(link);
    };
    return ask<Link>(reads_, call, std::move(work));
  }

  awaitable<result<Created>> create(Call& call, CreateRequest request) override {
    auto work = [request = std::move(request)](Connection& db) { return create_link(db, request); };
    return ask<Created>(writes_, call, std::move(work));
  }

  awaitable<result<Link>> update(Call& call, ShortCode code, LinkPatch patch,
                                 std::optional<std::int64_t> if_version, Timestamp now) override {
    auto work = [code, patch = std::move(patch), if_version, now](Connection& db) {
      return update_link(db, code, patch, if_version, now);
    };
    return ask<Link>(writes_, call, std::move(work));
  }

  awaitable<result<Link>> remove(Call& call, ShortCode code, std::optional<std::int64_t> if_version,
                                 Timestamp now) override {
    auto work = [code, if_version, now](Connection& db) { return remove_link(db, code, if_version, now); };
    return ask<Link>(writes_, call, std::move(work));
  }

  awaitable<result<Spent>> spend(Call& call, ShortCode code, std::uint64_t visits, Timestamp now) override {
    auto work = [code, visits, now](Connection& db) { return spend_visits(db, code, visits, now); };
    return ask<Spent>(visits == 0 ? reads_ : writes_, call, std::move(work));
  }

  awaitable<result<LinkPage>> list(Call& call, ListQuery query) override {
    auto work = [query = std::move(query)](Connection& db) { return list_links(db, query); };
    return ask<LinkPage>(lists_, call, std::move(work));
  }

  awaitable<result<LinkPage>> changed_since(Call& call, Timestamp since, std::optional<links::Cursor> after,
                                            std::size_t limit) override {
    auto work = [since, after, limit](Connection& db) {
      return links_changed_since(db, since, after, limit);
    };
    return ask<LinkPage>(lists_, call, std::move(work));
  }

  awaitable<result<std::vector<ImportOutcome>>> import(Call& call, std::vector<ImportRow> rows) override {
    auto work = [rows = std::move(rows)](Connection& db) -> result<std::vector<ImportOutcome>> {
      return import_links(db, rows);
    };
    return ask<std::vector<ImportOutcome>>(writes_, call, std::move(work));
  }

  awaitable<result<void>> ping(Call& call) override {
    auto work = [this](Connection& db) -> result<void> {
      // SQLite goes on with a file that has lost its name, and everything written is lost with the process.
      if (identity_of(path_) != file_) {
        return Error{ErrorCode::unavailable, "The database's file was deleted or replaced.", path_.string()};
      }
      db.run(Statement::ping).finish();
      return {};
    };
    return ask<void>(reads_, call, std::move(work));
  }

  [[nodiscard]] visits::VisitStore& visits() noexcept override { return visits_; }
  [[nodiscard]] std::string_view kind() const noexcept override { return "sqlite"; }

 private:
  const std::filesystem::path path_;
  FileIdentity file_;
  // The writing connection is closed last: it can bring the log into the file, which the others cannot.
  ConnectionTimes times_;
  Connection writing_;
  std::vector<std::unique_ptr<Connection>> reading_;
  Queue writes_;
  Queue reads_;
  Queue lists_;
  GroupWriter writer_;
  SqliteVisitStore visits_;
  std::vector<std::thread> threads_;
};

}  // namespace
}  // namespace curt::store::sqlite

namespace curt::store {

result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options, Metrics& metrics) {
  const auto migrated = migrate_sqlite(options.path, MigrateMode::apply);
  if (!migrated) return migrated.error();
  try {
    return std::make_unique<sqlite::SqliteStore>(options, metrics);
  } catch (const SQLite::Exception& e) {
    return sqlite::open_failure_of(options.path, e);
  }
}

}  // namespace curt::store
