#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "support/store/import_rows.hpp"
#include "support/store/sqlite_store.hpp"

namespace curt::test {
namespace {

using links::Created;
using links::ImportRow;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

class SqliteGroupCommit : public SqliteStoreTest {};

TEST_F(SqliteGroupCommit, CommitsTogetherWhatWaitsTogether) {
  const auto store = open().value();
  WriteLock lock{file_};
  Waiting waiting;
  std::vector<Call> calls(50, call_within());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    waiting.start(
        store->create(calls[i], request_for(new_link("c" + std::to_string(i), "https://example.com/"))));
  }
  lock.release();
  EXPECT_THAT(waiting.finish(), Each(std::nullopt));
  // The first group took what was there when the writer woke, the second one all the rest.
  EXPECT_LE(std::stoi(metric(R"(curt_store_group_commit_size_count{store="sqlite"})")), 2);
  EXPECT_EQ(metric(R"(curt_store_group_commit_size_sum{store="sqlite"})"), "50");
  EXPECT_LE(
      std::stoi(metric(R"(curt_store_statement_duration_seconds_count{store="sqlite",statement="commit"})")),
      2);
  EXPECT_EQ(metric(R"(curt_store_statement_duration_seconds_count{store="sqlite",statement="insert_link"})"),
            "50");
  EXPECT_EQ(metric(R"(curt_store_queue_depth{store="sqlite",queue="write"})"), "0");
  for (const Call& call : calls) EXPECT_EQ(call.statements, 1U);
}

TEST_F(SqliteGroupCommit, ARefusedJobLeavesTheOthersOfItsGroupAlone) {
  const auto store = open().value();
  ASSERT_TRUE(create(*store, "taken"));
  WriteLock lock{file_};
  Waiting waiting;
  Call call = call_within();
  for (const char* code : {"one", "two", "taken", "three", "two", "four"}) {
    waiting.start(store->create(call, request_for(new_link(code, "https://example.com/"))));
  }
  lock.release();
  const std::optional<ErrorCode> taken = ErrorCode::alias_taken;
  EXPECT_THAT(waiting.finish(),
              ElementsAre(std::nullopt, std::nullopt, taken, std::nullopt, taken, std::nullopt));
  for (const char* code : {"one", "two", "three", "four"}) EXPECT_TRUE(find(*store, code)) << code;
}

TEST_F(SqliteGroupCommit, AnImportThatFailsHalfwayLeavesNothingAndTheOthersOfItsGroupAlone) {
  const auto store = open().value();
  std::vector<ImportRow> rows;
  for (const char* code : {"half1", "half2", "half3"}) {
    rows.push_back({new_link(code, "https://example.com/" + std::string{code}), links::CodeSource::alias});
  }
  rows.back().link.settings.redirect_status = static_cast<RedirectStatus>(999);  // which the schema refuses
  WriteLock lock{file_};
  Waiting waiting;
  Call call = call_within();
  waiting.start(store->create(call, request_for(new_link("one", "https://example.com/"))));
  waiting.start(store->create(call, request_for(new_link("two", "https://example.com/"))));
  waiting.start(store->import(call, shared(rows)));
  waiting.start(store->create(call, request_for(new_link("half1", "https://example.com/"))));
  lock.release();
  EXPECT_THAT(waiting.finish(),
              ElementsAre(std::nullopt, std::nullopt, ErrorCode::unavailable, std::nullopt));
  EXPECT_TRUE(find(*store, "two"));
  EXPECT_EQ(error_of(find(*store, "half2")), ErrorCode::not_found);
}

/// Lets no file grow beyond `bytes` while it lives, as a full disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(SqliteGroupCommit, AWriteThatTheDiskRefusesEndsItsGroupAndTheStoreGoesOn) {
  const auto store = open().value();
  ASSERT_TRUE(create(*store, "before"));
  std::vector<ImportRow> rows;  // too large for SQLite's memory: it is written before the commit
  for (int i = 0; i < 2000; ++i) {
    const std::string target = "https://example.com/" + std::string(8000, 'x');
    rows.push_back({new_link("c" + std::to_string(i), target), links::CodeSource::alias});
  }
  WriteLock lock{file_};
  Waiting waiting;
  Call call = call_within();
  std::vector<std::optional<ErrorCode>> outcomes;
  {
    const FileSizeLimit limit{1 << 20};
    for (const char* code : {"one", "two", "three"}) {
      waiting.start(store->create(call, request_for(new_link(code, "https://example.com/"))));
    }
    waiting.start(store->import(call, shared(std::move(rows))));
    lock.release();
    outcomes = waiting.finish();
  }
  EXPECT_EQ(outcomes.back(), ErrorCode::unavailable);
  EXPECT_THAT(waiting.logs(), Contains(HasSubstr("I/O error")));
  EXPECT_EQ(error_of(find(*store, "c0")), ErrorCode::not_found);
  const std::vector<std::string> codes{"one", "two", "three"};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    // Those of the import's group failed with it, those of an earlier one are there.
    const std::optional<ErrorCode> failed = ErrorCode::unavailable;
    EXPECT_THAT(outcomes[i], testing::AnyOf(failed, std::nullopt));
    EXPECT_EQ(find(*store, codes[i]).has_value(), !outcomes[i].has_value());
  }
  EXPECT_TRUE(create(*store, "after"));
  EXPECT_TRUE(find(*store, "before"));
}

TEST_F(SqliteGroupCommit, ACommitThatTheDiskRefusesIsOfUnknownOutcome) {
  const auto store = open().value();
  ASSERT_TRUE(create(*store, "before"));
  std::optional<result<Created>> outcome;
  {
    const FileSizeLimit limit{1};
    outcome.emplace(create(*store, "lost"));
  }
  ASSERT_EQ(error_of(*outcome), ErrorCode::outcome_unknown);
  EXPECT_THAT(outcome->error().log, HasSubstr("sqlite: "));
  EXPECT_TRUE(create(*store, "after"));
  EXPECT_EQ(error_of(find(*store, "lost")), ErrorCode::not_found);
}

}  // namespace
}  // namespace curt::test
