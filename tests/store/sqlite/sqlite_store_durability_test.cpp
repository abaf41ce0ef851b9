#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "curt/store/sqlite/sqlite_store.hpp"

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

/// SQLite's own file system with a look at how often a write-ahead log is synced. The methods of an open file
/// are plain C callbacks, hence the static members. The default for connections that are opened while it
/// lives.
class SyncCountingVfs {
 public:
  SyncCountingVfs() {
    syncs = 0;
    real = sqlite3_vfs_find(nullptr);
    vfs_ = *real;
    vfs_.zName = "sync-counting";
    vfs_.xOpen = &open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~SyncCountingVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real, 1);
  }
  SyncCountingVfs(const SyncCountingVfs&) = delete;
  SyncCountingVfs& operator=(const SyncCountingVfs&) = delete;

  [[nodiscard]] static int log_syncs() { return syncs; }

 private:
  static int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    const int code = real->xOpen(real, name, file, flags, out_flags);
    if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) {
      std::call_once(once, [file] {
        real_methods = file->pMethods;
        methods = *real_methods;
        methods.xSync = &sync;
      });
      file->pMethods = &methods;
    }
    return code;
  }

  static int sync(sqlite3_file* file, int flags) {
    ++syncs;
    return real_methods->xSync(file, flags);
  }

  static inline std::atomic<int> syncs{0};
  static inline std::once_flag once;  // all files of this file system have the same methods
  static inline sqlite3_vfs* real = nullptr;
  static inline const sqlite3_io_methods* real_methods = nullptr;
  static inline sqlite3_io_methods methods{};
  sqlite3_vfs vfs_{};
};

TEST(SqliteDurability, SyncsTheLogBeforeItAnswersAWrite) {
  const TempFolder folder;
  const SyncCountingVfs vfs;
  Metrics metrics;
  const auto store =
      store::open_sqlite_store({.path = folder.path() / "curt.db", .readers = 1, .queue_length = 8}, metrics)
          .value();
  for (int i = 0; i < 5; ++i) {
    const int before = SyncCountingVfs::log_syncs();
    Call call{Deadline::in(patience())};
    ASSERT_TRUE(run(store->create(call, request_for(new_link(std::to_string(i), "https://example.com/")))));
    EXPECT_GT(SyncCountingVfs::log_syncs(), before);
  }
}

TEST(SqliteDurability, SyncsTheLogOfAnImportWhereALinkLeadsToTheFile) {
  const TempFolder folder;
  std::filesystem::create_directory(folder.path() / "there");
  std::filesystem::create_symlink("there/curt.db", folder.path() / "link.db");
  std::ofstream{folder.path() / "there" / "curt.db"}.close();
  Metrics metrics;
  const auto store =
      store::open_sqlite_store({.path = folder.path() / "link.db", .bulk = true}, metrics).value();
  Call call{Deadline::in(patience())};
  const auto synced = run(store->sync(call));
  EXPECT_TRUE(synced) << synced.error().detail;
}

}  // namespace
}  // namespace curt::test
