#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/transfer/reading/form/form.hpp"
#include "support/paths.hpp"
#include "support/servers/child_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;
using app::kFormHead;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// A named pipe that the test writes to and that does not end while this object lives.
class Feed {
 public:
  explicit Feed(const fs::path& path) {
    if (::mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error{"mkfifo"};
    // Open for both, so that neither end waits for the other to be opened.
    pipe_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  }
  ~Feed() { ::close(pipe_); }
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Writes all of it; the importer takes what does not fit into the pipe.
  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t taken = ::write(pipe_, text.data(), text.size());
      if (taken <= 0) throw std::runtime_error{"the pipe takes no more"};
      text.remove_prefix(static_cast<std::size_t>(taken));
    }
  }

  /// Whether the importer has taken everything.
  [[nodiscard]] bool is_drained() const {
    int waiting = 0;
    return ::ioctl(pipe_, FIONREAD, &waiting) == 0 && waiting == 0;
  }

 private:
  int pipe_ = -1;
};

/// Imports that are ended from outside, into the database curt.db of a folder of their own.
class InterruptedImport : public testing::Test {
 protected:
  /// Half of the lines have a code, half want one; so many blanks follow in each.
  static std::string lines(int first, int end, std::size_t blanks = 0) {
    std::string text;
    for (int i = first; i < end; ++i) {
      text += fmt::format("{},https://example.com/{}{:{}}\n", i % 2 == 0 ? fmt::format("c{}", i) : "", i, "",
                          blanks);
    }
    return text;
  }

  [[nodiscard]] ChildOptions options(const fs::path& input = "/dev/null") const {
    return {{{"CURT_DATABASE_URL", "sqlite:curt.db"}}, folder_.path(), input};
  }

  [[nodiscard]] static std::vector<std::string> import(const std::string& file, int batch_size) {
    return {curt_binary(), "import", "--batch-size", std::to_string(batch_size), file};
  }

  [[nodiscard]] fs::path path(const std::string& name) const { return folder_.path() / name; }

  /// Links in the database; 0 as long as there is none.
  [[nodiscard]] int count() const {
    try {
      SQLite::Database database{path("curt.db").string(), SQLite::OPEN_READONLY, 5000};
      return database.execAndGet("SELECT count(*) FROM links").getInt();
    } catch (const SQLite::Exception&) {
      return 0;
    }
  }

  /// Waits until it is so; the importer works meanwhile. False if that ended before.
  static bool await(const std::function<bool()>& condition, ChildProcess& import) {
    const auto late = std::chrono::steady_clock::now() + ChildProcess::longest_work();
    while (!condition()) {
      if (!import.is_running() || std::chrono::steady_clock::now() > late) return condition();
    }
    return true;
  }

  /// Whether an importer of batches of ten lines has taken the first.
  [[nodiscard]] bool has_imported_a_batch(const Feed& feed, ChildProcess& import) const {
    // More than what settles the form.
    feed.write(lines(0, 10, kFormHead / 10));
    return await([&] { return count() == 10; }, import);
  }

  /// Whether it has read half of the second as well.
  [[nodiscard]] bool is_within_its_second_batch(const Feed& feed, ChildProcess& import) const {
    if (!has_imported_a_batch(feed, import)) return false;
    feed.write(lines(10, 15));
    return await([&] { return feed.is_drained(); }, import);
  }

  /// Imports all lines from a file, and expects each target once.
  void expect_the_rest_is_imported(int total) const {
    std::ofstream{path("all.txt")} << lines(0, total);
    const int before = count();
    const Finished rest = run(import("all.txt", 1000), options());
    EXPECT_EQ(rest.status, 0) << rest.err;
    EXPECT_THAT(rest.out,
                StartsWith(fmt::format("{} imported, {} already there, 0 rejected", total - before, before)));
    SQLite::Database database{path("curt.db").string(), SQLite::OPEN_READONLY};
    EXPECT_EQ(database.execAndGet("SELECT count(*) FROM links").getInt(), total);
    EXPECT_EQ(database.execAndGet("SELECT count(DISTINCT target) FROM links").getInt(), total);
    EXPECT_EQ(database
                  .execAndGet("SELECT count(*) FROM links WHERE code GLOB 'c[0-9]*' AND"
                              " target = 'https://example.com/' || substr(code, 2)")
                  .getInt(),
              total / 2);
    EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
  }

  const TempFolder folder_;
};

TEST_F(InterruptedImport, KeepsWholeBatchesWhenItIsKilledAndEndsInTheSameStateWhenRunAgain) {
  const Feed feed{path("feed")};
  ChildProcess killed{import("-", 100), options(path("feed"))};
  feed.write(lines(0, 1050, kFormHead / 1000));
  ASSERT_TRUE(await([&] { return count() == 1000; }, killed)) << count() << killed.standard_error();
  killed.send_signal(SIGKILL);
  EXPECT_EQ(killed.wait(), 128 + SIGKILL);
  EXPECT_EQ(count(), 1000);
  expect_the_rest_is_imported(2000);
}

TEST_F(InterruptedImport, EndsInTheSameStateAtWhateverMomentItIsKilled) {
  constexpr int total = 20'000;
  std::ofstream{path("links.txt")} << lines(0, total);
  const auto wal_over = [&](std::uintmax_t bytes) {
    std::error_code error;
    const auto size = fs::file_size(path("curt.db-wal"), error);
    return !error && size >= bytes;
  };
  const std::vector<std::function<bool()>> moments{
      [] { return true; },
      [&] { return fs::exists(path("curt.db")); },
      [&] { return wal_over(1); },
      [&] { return count() > 0; },
      [&] { return count() > 3000; },
      [&] { return count() > 9000; },
  };
  int killed = 0;
  int before = 0;
  for (const auto& moment : moments) {
    ChildProcess child{import("links.txt", 500), options()};
    await(moment, child);
    child.send_signal(SIGKILL);
    if (child.wait() == 128 + SIGKILL) ++killed;
    EXPECT_EQ(count() % 500, 0);
    EXPECT_GE(count(), before);
    before = count();
  }
  EXPECT_GE(killed, 1);
  expect_the_rest_is_imported(total);
}

TEST_F(InterruptedImport, StopsAfterTheBatchUnderWayOnSigint) {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 10), options(path("feed"))};
  ASSERT_TRUE(is_within_its_second_batch(feed, child)) << child.standard_error();
  child.send_signal(SIGINT);
  feed.write(lines(15, 40));
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_output(), StartsWith("10 imported, 0 already there, 0 rejected in "));
  EXPECT_THAT(child.standard_error(),
              HasSubstr(R"("message":"audit","action":"import","outcome":"done","imported":10,)"));
  EXPECT_THAT(
      child.standard_error(),
      EndsWith(
          "\ncurt import: interrupted; what lines 1 to 10 asked for is done; import again for the rest\n"));
  EXPECT_EQ(count(), 10);
}

TEST_F(InterruptedImport, EndsAtOnceOnASecondSigint) {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 10), options(path("feed"))};
  ASSERT_TRUE(is_within_its_second_batch(feed, child)) << child.standard_error();
  child.send_signal(SIGINT);
  // Both may be pending at once, which counts as one: the second is repeated until it is taken.
  ASSERT_TRUE(await(
      [&] {
        child.send_signal(SIGINT);
        return !child.is_running();
      },
      child));
  EXPECT_EQ(child.wait(), 128 + SIGINT);
  EXPECT_EQ(count(), 10);
}

TEST_F(InterruptedImport, SaysHowFarItCameWhenTheDatabaseFails) {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 10), options(path("feed"))};
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
