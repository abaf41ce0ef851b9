#include "curt/store/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "support/eventually.hpp"
#include "support/store/import_rows.hpp"
#include "support/store/key_store_contract.hpp"
#include "support/store/outbox_contract.hpp"
#include "support/store/sqlite_store.hpp"
#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using links::ImportRow;
using store::open_sqlite_store;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

class SqliteFixture final : public StoreFixture {
 public:
  [[nodiscard]] store::Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ = open();
  }

 private:
  std::unique_ptr<store::Store> open() {
    metrics_ = std::make_unique<Metrics>();
    return open_sqlite_store({.path = folder_.path() / "data" / "curt.db", .readers = 2}, *metrics_).value();
  }

  TempFolder folder_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<store::Store> store_ = open();
};

const StoreUnderTest kSqlite{"sqlite", [] { return std::make_unique<SqliteFixture>(); }};

INSTANTIATE_TEST_SUITE_P(Sqlite, KeyStoreContract, testing::Values(kSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, LinkStoreContract, testing::Values(kSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, OutboxContract, testing::Values(kSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, VisitStoreContract, testing::Values(kSqlite));

class SqliteLinkStore : public SqliteStoreTest {
 protected:
  /// Begins to create links "c0", "c1", ...
  static void start_creates(Waiting& waiting, store::Store& store, Call& call, int number) {
    for (int i = 0; i < number; ++i) {
      waiting.start(
          store.create(call, request_for(new_link("c" + std::to_string(i), "https://example.com/"))));
    }
  }
};

TEST_F(SqliteLinkStore, KeepsItsLinksInAWriteAheadLog) {
  const auto store = open().value();
  ASSERT_TRUE(create(*store, "a"));
  SQLite::Database other{file_.string()};
  EXPECT_EQ(other.execAndGet("PRAGMA journal_mode").getString(), "wal");
  EXPECT_TRUE(std::filesystem::exists(file_.string() + "-wal"));
}

TEST_F(SqliteLinkStore, SaysWhenItsFileIsGoneOrAnotherOne) {
  const auto store = open().value();
  const auto ping = [&] {
    Call call{Deadline::in(patience())};
    return run(store->ping(call));
  };
  EXPECT_TRUE(ping());
  const auto elsewhere = file_.string() + ".moved";
  std::filesystem::rename(file_, elsewhere);
  EXPECT_THAT(ping().error().detail, HasSubstr("deleted or replaced"));
  std::filesystem::copy_file(elsewhere, file_);
  EXPECT_EQ(ping().error().code, ErrorCode::unavailable);
  std::filesystem::rename(elsewhere, file_);
  EXPECT_TRUE(ping());
}

TEST_F(SqliteLinkStore, AWriteThatWaitsForALockUntilItsDeadlineDoesNothing) {
  const auto store = open().value();
  WriteLock lock{file_};
  Waiting waiting;
  Call short_call = call_within(std::chrono::milliseconds{20});
  Call long_call = call_within();
  waiting.start(store->create(short_call, request_for(new_link("short", "https://example.com/"))));
  EXPECT_THAT(waiting.finish(), ElementsAre(ErrorCode::deadline_exceeded));
  waiting.start(store->create(long_call, request_for(new_link("long", "https://example.com/"))));
  lock.release();
  EXPECT_THAT(waiting.finish(), ElementsAre(ErrorCode::deadline_exceeded, std::nullopt));
  EXPECT_EQ(error_of(find(*store, "short")), ErrorCode::not_found);
  EXPECT_TRUE(find(*store, "long"));
}

TEST_F(SqliteLinkStore, ReadsAreAnsweredWhileAnotherProcessWrites) {
  const auto store = open().value();
  ASSERT_TRUE(create(*store, "a"));
  const WriteLock lock{file_};
  EXPECT_TRUE(find(*store, "a"));
}

TEST_F(SqliteLinkStore, TotalsOfVisitsDoNotQueueBehindLists) {
  const auto store = open().value();
  const auto waited = [&](const std::string& queue) {
    return metric(R"(curt_store_queue_wait_seconds_count{store="sqlite",queue=")" + queue + "\"}");
  };
  Call call = call_within();
  ASSERT_TRUE(run(store->visits().totals(call, {code_of("a")})));
  EXPECT_EQ(waited("read"), "1");
  EXPECT_EQ(waited("list"), "0");
  ASSERT_TRUE(run(store->list(call, {})));
  EXPECT_EQ(waited("read"), "1");
  EXPECT_EQ(waited("list"), "1");
}

TEST_F(SqliteLinkStore, AFullQueueRefusesAtOnce) {
  const auto store = open(1).value();
  WriteLock lock{file_};
  Waiting waiting;
  Call call = call_within();
  call.client = 1;
  // The writer may hold a group already, and another one may wait.
  constexpr int kGroup = 256;
  start_creates(waiting, *store, call, 3 * kGroup);
  lock.release();
  const auto& outcomes = waiting.finish();
  const auto refused = std::count(outcomes.begin(), outcomes.end(), ErrorCode::overloaded);
  const auto stored = std::count(outcomes.begin(), outcomes.end(), std::nullopt);
  EXPECT_GE(stored, kGroup);
  EXPECT_GE(refused, kGroup);
  EXPECT_EQ(stored + refused, 3 * kGroup);
}

TEST_F(SqliteLinkStore, FinishesWhatItAcceptedBeforeItCloses) {
  auto store = open().value();
  WriteLock lock{file_};
  Waiting waiting;
  Call call = call_within();
  start_creates(waiting, *store, call, 10);
  lock.release();
  store.reset();
  EXPECT_THAT(waiting.finish(), Each(std::nullopt));
  store = open().value();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(find(*store, "c" + std::to_string(i)));
}

TEST_F(SqliteLinkStore, TwoStoresOverOneFileSeeEachOthersLinks) {
  const auto one = open().value();
  Metrics other_metrics;
  const auto other = open_sqlite_store({.path = file_}, other_metrics).value();
  on_threads(2, [&](std::size_t thread) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(create(thread == 0 ? *one : *other, std::to_string(thread) + "-" + std::to_string(i)));
    }
  });
  EXPECT_EQ(error_of(create(*one, "1-7")), ErrorCode::alias_taken);
  EXPECT_TRUE(find(*one, "1-19"));
  EXPECT_TRUE(find(*other, "0-19"));
}

TEST_F(SqliteLinkStore, SeveralCanOpenANewFileAtTheSameTime) {
  std::vector<Metrics> metrics(6);
  on_threads(metrics.size(), [&](std::size_t thread) {
    const auto store = open_sqlite_store({.path = file_}, metrics[thread]);
    ASSERT_TRUE(store) << store.error().detail << store.error().log;
    const auto created = create(**store, std::to_string(thread));
    EXPECT_TRUE(created) << created.error().log;
  });
  const auto store = open().value();
  for (std::size_t i = 0; i < metrics.size(); ++i) EXPECT_TRUE(find(*store, std::to_string(i)));
}

TEST_F(SqliteLinkStore, AListThatOutlivesItsDeadlineIsInterrupted) {
  const auto store = open().value();
  std::vector<ImportRow> rows;
  for (int i = 0; i < 20000; ++i) {
    const std::string number = std::to_string(i);
    rows.push_back(
        {new_link("c" + number, "https://example.com/" + std::string(200, 'x')), links::CodeSource::alias});
  }
  Call call = call_within();
  ASSERT_TRUE(run(store->import(call, shared(std::move(rows)))));
  // A busy machine begins the search after the deadline and a fast one ends it before, hence many deadlines.
  std::chrono::microseconds time{50};
  EXPECT_TRUE(eventually([&] {
    Call short_call{Deadline::in(time)};
    const auto outcome = run(store->list(short_call, containing("no such text")));
    time = time < std::chrono::seconds{1} ? time * 3 / 2 : std::chrono::microseconds{50};
    if (outcome) return false;
    EXPECT_EQ(outcome.error().code, ErrorCode::deadline_exceeded);
    return outcome.error().log.find("interrupted") != std::string::npos;
  }));
}

TEST_F(SqliteLinkStore, MakesTheFolderOfTheFile) {
  file_ = folder_.path() / "a" / "b" / "curt.db";
  EXPECT_TRUE(open());
  EXPECT_TRUE(std::filesystem::exists(file_));
}

TEST_F(SqliteLinkStore, AKeyThatAnotherProcessMakesIsInTheNextLook) {
  const auto serving = open().value();
  const auto command = open().value();
  Call call = call_within();
  ASSERT_TRUE(run(command->keys().add(call, new_key(1))).value());
  const auto first = run(serving->keys().changes(call, 0)).value();
  EXPECT_EQ(first.change, 1);
  EXPECT_EQ(first.keys.size(), 1U);
  ASSERT_TRUE(run(serving->keys().add(call, new_key(2))).value());
  ASSERT_TRUE(run(command->keys().revoke(call, key_id(1), kLater)));
  const auto second = run(serving->keys().changes(call, 1)).value();
  EXPECT_EQ(second.change, 3);
  EXPECT_THAT(numbers_of(second.keys), testing::UnorderedElementsAre(1, 2));
}

}  // namespace
}  // namespace curt::test
