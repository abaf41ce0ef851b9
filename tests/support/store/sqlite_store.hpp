#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "curt/store/sqlite/sqlite_store.hpp"

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/waiting.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// Tests of what only the SQLite store does, with a file of their own.
class SqliteStoreTest : public testing::Test {
 protected:
  [[nodiscard]] result<std::unique_ptr<store::Store>> open(std::size_t queue_length = 100) {
    return store::open_sqlite_store({.path = file_, .readers = 2, .queue_length = queue_length}, metrics_);
  }

  static Call call_within(std::chrono::milliseconds time = patience()) { return Call{Deadline::in(time)}; }

  result<links::Created> create(links::LinkStore& store, std::string_view code) {
    Call call = call_within();
    return run(store.create(call, request_for(new_link(code, "https://example.com/"))));
  }

  result<Link> find(links::LinkStore& store, std::string_view code) {
    Call call = call_within();
    return run(store.find(call, code_of(code)));
  }

  /// The value of a series in the exposition format; empty if it is not there.
  [[nodiscard]] std::string metric(const std::string& series) const {
    const std::string text = "\n" + metrics_.to_text();
    const auto at = text.find("\n" + series + " ");
    if (at == std::string::npos) return {};
    const auto begin = at + series.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
  }

  TempFolder folder_;
  std::filesystem::path file_ = folder_.path() / "curt.db";
  Metrics metrics_;
};

/// Holds the write lock of the database as another process would.
class WriteLock {
 public:
  explicit WriteLock(const std::filesystem::path& file)
      : database_(file.string(), SQLite::OPEN_READWRITE, static_cast<int>(patience().count())) {
    database_.exec("BEGIN IMMEDIATE");
  }
  void release() { database_.exec("ROLLBACK"); }

 private:
  SQLite::Database database_;
};

}  // namespace curt::test
