#include <csignal>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/transfer/reading/form/form.hpp"
#include "e2e/interruption/feeds.hpp"
#include "e2e/interruption/importing_processes.hpp"
#include "support/eventually.hpp"
#include "support/servers/child_process.hpp"
#include "support/servers/postgres_server.hpp"

namespace curt::test {
namespace {

using app::kFormHead;
using testing::EndsWith;
using testing::StartsWith;

/// Imports into a database of their own on the server of this process.
class InterruptedImportOnPostgres : public ImportingProcesses {
 protected:
  [[nodiscard]] std::string database() const override { return url_; }

  [[nodiscard]] int ask(const std::string& sql) const override { return std::stoi(server_.ask(sql, name_)); }

  /// Links in the database once the server has noticed that the importer is gone, whose last transaction may
  /// be under way until then.
  [[nodiscard]] int count_at_rest() const {
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
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 10), options(feed.path())};
  ASSERT_TRUE(is_within_its_second_batch(feed, child)) << child.standard_error();
  child.send_signal(SIGINT);
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_output(), StartsWith("10 imported, 0 already there, 0 rejected in "));
  EXPECT_THAT(
      child.standard_error(),
      EndsWith(
          "\ncurt import: interrupted; what lines 1 to 10 asked for is done; import again for the rest\n"));
  EXPECT_EQ(count(), 10);
  expect_the_rest_is_imported(40);
}

TEST_F(InterruptedImportOnPostgres, KeepsWholeBatchesWhenItIsKilledAndEndsInTheSameStateWhenRunAgain) {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 100), options(feed.path())};
  feed.write(lines(0, 1050, kFormHead / 1000));
  ASSERT_TRUE(await([&] { return count() == 1000; }, child)) << count() << child.standard_error();
  child.send_signal(SIGKILL);
  EXPECT_EQ(child.wait(), 128 + SIGKILL);
  EXPECT_EQ(count_at_rest(), 1000);
  expect_the_rest_is_imported(2000);
}

TEST_F(InterruptedImportOnPostgres, EndsInTheSameStateAtWhateverMomentItIsKilled) {
  constexpr int total = 20'000;
  std::ofstream{path("links.txt")} << lines(0, total);
  const std::vector<std::function<bool()>> moments{
      [] { return true; },
      [&] { return count() > 0; },
      [&] { return count() > 3000; },
      [&] { return count() > 9000; },
  };
  int killed = 0;
  int before = 0;
  for (const auto& moment : moments) {
    ChildProcess child{import("links.txt", 500), options()};
    static_cast<void>(await(moment, child));
    child.send_signal(SIGKILL);
    if (child.wait() == 128 + SIGKILL) ++killed;
    const int now = count_at_rest();
    EXPECT_EQ(now % 500, 0);
    EXPECT_GE(now, before);
    before = now;
  }
  EXPECT_GE(killed, 1);
  expect_the_rest_is_imported(total);
}

}  // namespace
}  // namespace curt::test
