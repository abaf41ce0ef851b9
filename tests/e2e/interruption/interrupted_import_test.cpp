#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/transfer/reading/form/form.hpp"
#include "e2e/interruption/feeds.hpp"
#include "e2e/interruption/importing_processes.hpp"
#include "support/servers/child_process.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;
using app::kFormHead;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// Imports into the database curt.db.
class InterruptedImport : public ImportingProcesses {
 protected:
  [[nodiscard]] std::string database() const override { return "sqlite:curt.db"; }

  [[nodiscard]] int ask(const std::string& sql) const override {
    try {
      SQLite::Database database{path("curt.db").string(), SQLite::OPEN_READONLY, 5000};
      return database.execAndGet(sql).getInt();
    } catch (const SQLite::Exception&) {
      return 0;
    }
  }

  void expect_the_rest_is_imported(int total) const {
    ImportingProcesses::expect_the_rest_is_imported(total);
    SQLite::Database database{path("curt.db").string(), SQLite::OPEN_READONLY};
    EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
  }
};

/// An import that waits for its second batch, to be ended by two signals.
class InterruptedTwice : public InterruptedImport, public testing::WithParamInterface<int> {
 protected:
  /// Storing a link takes longer than anybody waits.
  void make_storing_endless() const {
    SQLite::Database database{path("curt.db").string(), SQLite::OPEN_READWRITE, 5000};
    database.exec(
        "CREATE TRIGGER endless BEFORE INSERT ON links BEGIN SELECT count(*) FROM sqlite_schema AS a,"
        " sqlite_schema AS b, sqlite_schema AS c, sqlite_schema AS d, sqlite_schema AS e, sqlite_schema AS f,"
        " sqlite_schema AS g, sqlite_schema AS h; END");
  }
};

TEST_F(InterruptedImport, KeepsWholeBatchesWhenItIsKilledAndEndsInTheSameStateWhenRunAgain) {
  expect_that_whole_batches_stay();
}

TEST_F(InterruptedImport, EndsInTheSameStateAtWhateverMomentItIsKilled) {
  const auto wal_over = [&](std::uintmax_t bytes) {
    std::error_code error;
    const auto size = fs::file_size(path("curt.db-wal"), error);
    return !error && size >= bytes;
  };
  expect_the_same_end_after_kills_at({
      [] { return true; },
      [&] { return fs::exists(path("curt.db")); },
      [&] { return wal_over(1); },
      [&] { return count() > 0; },
      [&] { return count() > 3000; },
      [&] { return count() > 9000; },
  });
}

TEST_F(InterruptedImport, EndsOnSigintWithoutWaitingForTheNextLine) {
  const std::string errors = interrupt();
  EXPECT_THAT(errors, HasSubstr(R"("message":"audit","action":"import","outcome":"done","imported":10,)"));
  EXPECT_THAT(errors,
              EndsWith("\ncurt import: interrupted; what lines 1 to 10 asked for is done; import again "
                       "for the rest\n"));
}

TEST_F(InterruptedImport, LeavesAPartOfALineWhenSigtermComes) {
  const Feed feed{path("feed")};
  ChildProcess child{import(feed.path().string(), 1000), options()};
  feed.write(lines(0, 11, kFormHead / 10));
  // From then on a signal only asks.
  ASSERT_TRUE(await([&] { return fs::exists(path("curt.db")); }, child)) << child.standard_error();
  feed.write(lines(11, 20) + "c20,https://example.com/2");
  ASSERT_TRUE(await([&] { return feed.is_drained(); }, child)) << child.standard_error();
  child.send_signal(SIGTERM);
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(
      child.standard_error(),
      EndsWith(
          "\ncurt import: interrupted; what lines 1 to 20 asked for is done; import again for the rest\n"));
  EXPECT_EQ(count(), 20);
  expect_the_rest_is_imported(40);
}

TEST_F(InterruptedImport, EndsAsAnyProcessOnSigintBeforeItHasBegun) {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 10), options(feed.path())};
  feed.write(lines(0, 10));
  ASSERT_TRUE(await([&] { return feed.is_drained(); }, child)) << child.standard_error();
  child.send_signal(SIGINT);
  EXPECT_EQ(child.wait(), 128 + SIGINT);
  EXPECT_FALSE(fs::exists(path("curt.db")));
}

TEST_F(InterruptedImport, EndsOnSigintAtAQuietTerminal) {
  const Terminal terminal;
  ChildProcess child{import("-", 10), options(terminal.path())};
  terminal.type(lines(0, 40, 2000));
  ASSERT_TRUE(await([&] { return count() >= 10; }, child)) << child.standard_error();
  child.send_signal(SIGINT);
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_error(), HasSubstr("\ncurt import: interrupted; what lines 1 to "));
  expect_the_rest_is_imported(40);
}

TEST_P(InterruptedTwice, EndsAtOnce) {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 10), options(feed.path())};
  ASSERT_TRUE(has_imported_a_batch(feed, child)) << child.standard_error();
  make_storing_endless();
  feed.write(lines(10, 30));
  ASSERT_TRUE(await([&] { return feed.is_drained(); }, child)) << child.standard_error();
  child.send_signal(SIGINT);
  // Both may be pending at once, and count as one: the second is repeated until it is taken.
  ASSERT_TRUE(await(
      [&] {
        child.send_signal(GetParam());
        return !child.is_running();
      },
      child));
  EXPECT_EQ(child.wait(), 128 + GetParam());
  EXPECT_EQ(count(), 10);
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptedTwice, testing::Values(SIGINT, SIGTERM));

TEST_F(InterruptedImport, SaysHowFarItCameWhenTheDatabaseFails) {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 10), options(feed.path())};
  ASSERT_TRUE(has_imported_a_batch(feed, child)) << child.standard_error();
  {
    SQLite::Database other{path("curt.db").string(), SQLite::OPEN_READWRITE, 5000};
    other.exec(
        "CREATE TRIGGER broken BEFORE INSERT ON links BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END");
  }
  // The batch that fails, and the one that is read meanwhile.
  feed.write(lines(10, 30));
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_output(), StartsWith("10 imported, 0 already there, 0 rejected in "));
  EXPECT_THAT(child.standard_error(),
              HasSubstr(R"("message":"audit","action":"import","outcome":"done","imported":10,)"));
  EXPECT_THAT(child.standard_error(), HasSubstr("\ncurt import: "));
  EXPECT_THAT(child.standard_error(), HasSubstr("the disk is on fire"));
  EXPECT_THAT(child.standard_error(),
              HasSubstr("; what lines 1 to 10 asked for is done; import again for the rest\n"));
}

}  // namespace
}  // namespace curt::test
