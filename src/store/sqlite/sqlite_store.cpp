#include "curt/store/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "curt/store/sqlite/schema/migrations.hpp"

#include "store/failures.hpp"
#include "store/queued/key_store.hpp"
#include "store/queued/link_store.hpp"
#include "store/queued/outbox.hpp"
#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/failure.hpp"
#include "store/sqlite/connection/group_writer.hpp"
#include "store/sqlite/keys/key_rows.hpp"
#include "store/sqlite/keys/keys.hpp"
#include "store/sqlite/links/import_links.hpp"
#include "store/sqlite/links/link_rows.hpp"
#include "store/sqlite/links/link_writes.hpp"
#include "store/sqlite/links/list_links.hpp"
#include "store/sqlite/links/outbox.hpp"
#include "store/sqlite/visit_store.hpp"

namespace curt::store::sqlite {
namespace {

using limits::Work;
using Queue = JobQueue<Connection>;

constexpr Statement kPing{"ping", "SELECT max(version) FROM schema_migrations"};

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

/// Makes a file durable, or the names in a folder.
result<void> sync(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int failure = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (synced) return {};
  return store_unavailable(
      fmt::format("{} cannot be synced: {}", file.string(), std::generic_category().message(failure)));
}

/// Makes the log of a database durable, and its name. SQLite has it beside the file that a symbolic link
/// leads to.
result<void> sync_log(const std::filesystem::path& database) {
  std::error_code ignored;
  const std::filesystem::path file = std::filesystem::canonical(database, ignored);
  auto synced = sync(file.string() + "-wal");
  return synced ? sync(file.parent_path()) : synced;
}

class SqliteDatabase final : public QueuedLinkStore<Connection, Store> {
 public:
  /// Throws SQLite::Exception if the file cannot be opened.
  SqliteDatabase(const SqliteOptions& options, Metrics& metrics)
      : path_(options.path),
        times_(metrics, "sqlite"),
        writing_(options.path, options.bulk ? Connection::Access::bulk : Connection::Access::read_write,
                 times_),
        writes_(write_queue_options(options), {metrics, "sqlite", "write"}),
        reads_(queue_options(options, Work::lookups), {metrics, "sqlite", "read"}),
        lists_(queue_options(options, Work::lists), {metrics, "sqlite", "list"}),
        looks_(options.queue_length, {metrics, "sqlite", "outbox"}),
        writer_(writing_, writes_, metrics,
                options.bulk ? GroupWriter::Pace::one_by_one : GroupWriter::Pace::together),
        outbox_(looks_, writes_),
        keys_(looks_, {.reads = reads_, .writes = writes_, .lists = lists_}),
        visits_(make_visit_store({.reads = reads_, .writes = writes_, .lists = lists_})) {
    file_ = identity_of(path_);
    if (options.bulk && !options.shared) writing_.let_log_grow();
    show_shedding(metrics, "sqlite", delay_);
    threads_.emplace_back([this, bulk = options.bulk] {
      writer_.serve();
      // Else the next one who commits would do it, and make his caller wait.
      if (bulk) writing_.empty_log();
    });
    // Lists may take seconds, and must not keep a redirect waiting; a look at the outbox or at
    // the keys waits for nobody.
    std::vector<Queue*> queues{&looks_, &lists_};
    queues.resize(queues.size() + std::max<std::size_t>(options.readers, 1), &reads_);
    for (Queue* queue : queues) {
      reading_.push_back(std::make_unique<Connection>(options.path, Connection::Access::read_only, times_));
      threads_.emplace_back([queue, &db = *reading_.back()] { serve_reads(*queue, db); });
    }
  }

  ~SqliteDatabase() override {
    writes_.close();
    reads_.close();
    lists_.close();
    looks_.close();
    for (std::thread& thread : threads_) thread.join();
  }

  awaitable<result<void>> ping(Call& call) override {
    auto work = [this](Connection& db) -> result<void> {
      // SQLite goes on with a file that has lost its name, and everything written is lost with the process.
      if (identity_of(path_) != file_) {
        return Error{ErrorCode::unavailable, "The database's file was deleted or replaced.", path_.string()};
      }
      db.run(kPing).finish();
      return {};
    };
    return ask<void>(reads_, call, std::move(work));
  }

  awaitable<result<void>> sync(Call& call) override {
    // What is not in the log any more was synced when it went into the file.
    auto work = [this](Connection&) { return sync_log(path_); };
    return ask<void>(lists_, call, std::move(work));
  }

  [[nodiscard]] visits::VisitStore& visits() noexcept override { return *visits_; }
  [[nodiscard]] links::Outbox& outbox() noexcept override { return outbox_; }
  [[nodiscard]] access::KeyStore& keys() noexcept override { return keys_; }
  [[nodiscard]] links::SearchIndex* search_index() noexcept override { return nullptr; }
  [[nodiscard]] std::string_view kind() const noexcept override { return "sqlite"; }

 private:
  [[nodiscard]] Queues<Connection> queues() noexcept override {
    return {.reads = reads_, .writes = writes_, .lists = lists_};
  }

  [[nodiscard]] QueueOptions queue_options(const SqliteOptions& options, Work work) {
    return {.capacity = options.queue_length,
            .client_share = options.client_share,
            .delay = &delay_,
            .work = work};
  }

  [[nodiscard]] QueueOptions write_queue_options(const SqliteOptions& options) {
    QueueOptions writes = queue_options(options, Work::creates);
    writes.capacity = std::min(options.queue_length * kLargestGroup, options.most_writes);
    return writes;
  }

  const std::filesystem::path path_;
  FileIdentity file_;
  // The writing connection is closed last: it can bring the log into the file, which the others cannot.
  StatementTimes times_;
  Connection writing_;
  std::vector<std::unique_ptr<Connection>> reading_;
  limits::ControlledDelay delay_;
  Queue writes_;
  Queue reads_;
  Queue lists_;
  Queue looks_;
  GroupWriter writer_;
  QueuedOutbox<Connection> outbox_;
  QueuedKeyStore<Connection> keys_;
  std::unique_ptr<visits::VisitStore> visits_;
  std::vector<std::thread> threads_;
};

}  // namespace
}  // namespace curt::store::sqlite

namespace curt::store {

result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options, Metrics& metrics) {
  const auto migrated = migrate_sqlite(options.path, MigrateMode::apply);
  if (!migrated) return migrated.error();
  try {
    return std::make_unique<sqlite::SqliteDatabase>(options, metrics);
  } catch (const SQLite::Exception& e) {
    return sqlite::open_failure_of(options.path, e);
  }
}

}  // namespace curt::store
