#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/interruption/importing_processes.hpp"
#include "support/eventually.hpp"
#include "support/servers/postgres_server.hpp"

namespace curt::test {
namespace {

using testing::EndsWith;

/// Imports into a database of their own on the server of this process.
class InterruptedImportOnPostgres : public ImportingProcesses {
 protected:
  [[nodiscard]] std::string database() const override { return url_; }

  [[nodiscard]] int ask(const std::string& sql) const override { return std::stoi(server_.ask(sql, name_)); }

  [[nodiscard]] int count_at_rest() const override {
    EXPECT_TRUE(eventually([&] {
      return ask("SELECT count(*) FROM pg_stat_activity"
                 " WHERE datname = current_database() AND backend_type = 'client backend'"
                 " AND pid <> pg_backend_pid()") == 0;
    }));
    return count();
  }

  PostgresServer& server_ = PostgresServer::shared();
  const std::string url_ = server_.fresh_schema();
  const std::string name_ = url_.substr(url_.rfind('/') + 1);
};

TEST_F(InterruptedImportOnPostgres, EndsOnSigintAndEndsInTheSameStateWhenRunAgain) {
  EXPECT_THAT(interrupt(),
              EndsWith("\ncurt import: interrupted; what lines 1 to 10 asked for is done; import "
                       "again for the rest\n"));
}

TEST_F(InterruptedImportOnPostgres, KeepsWholeBatchesWhenItIsKilledAndEndsInTheSameStateWhenRunAgain) {
  expect_that_whole_batches_stay();
}

TEST_F(InterruptedImportOnPostgres, EndsInTheSameStateAtWhateverMomentItIsKilled) {
  expect_the_same_end_after_kills_at({
      [] { return true; },
      [&] { return count() > 0; },
      [&] { return count() > 3000; },
      [&] { return count() > 9000; },
  });
}

}  // namespace
}  // namespace curt::test
