#include "e2e/interruption/importing_processes.hpp"

#include <chrono>
#include <csignal>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "app/transfer/reading/form/form.hpp"
#include "support/paths.hpp"

namespace curt::test {

std::string ImportingProcesses::lines(int first, int end, std::size_t blanks) {
  std::string text;
  for (int i = first; i < end; ++i) {
    text += fmt::format("{},https://example.com/{}{:{}}\n", i % 2 == 0 ? fmt::format("c{}", i) : "", i, "",
                        blanks);
  }
  return text;
}

std::vector<std::string> ImportingProcesses::import(const std::string& file, int batch_size) {
  return {curt_binary(), "import", "--batch-size", std::to_string(batch_size), file};
}

bool ImportingProcesses::await(const std::function<bool()>& condition, ChildProcess& import) {
  const auto late = std::chrono::steady_clock::now() + ChildProcess::longest_work();
  while (!condition()) {
    if (!import.is_running() || std::chrono::steady_clock::now() > late) return condition();
  }
  return true;
}

bool ImportingProcesses::has_imported_a_batch(const Feed& feed, ChildProcess& import) const {
  // More than what settles the form.
  feed.write(lines(0, 10, app::kFormHead / 10));
  return await([&] { return count() == 10; }, import);
}

bool ImportingProcesses::is_within_its_second_batch(const Feed& feed, ChildProcess& import) const {
  if (!has_imported_a_batch(feed, import)) return false;
  feed.write(lines(10, 15));
  return await([&] { return feed.is_drained(); }, import);
}

void ImportingProcesses::expect_the_rest_is_imported(int total) const {
  std::ofstream{path("all.txt")} << lines(0, total);
  const int before = count();
  const Finished rest = run(import("all.txt", 1000), options());
  EXPECT_EQ(rest.status, 0) << rest.err;
  EXPECT_THAT(rest.out, testing::StartsWith(fmt::format("{} imported, {} already there, 0 rejected",
                                                        total - before, before)));
  EXPECT_EQ(count(), total);
  EXPECT_EQ(ask("SELECT count(DISTINCT target) FROM links"), total);
  // A code that was made here is longer than a number.
  EXPECT_EQ(ask("SELECT count(*) FROM links WHERE code LIKE 'c%' AND"
                " target = 'https://example.com/' || substr(code, 2)"),
            total / 2);
}

void ImportingProcesses::expect_that_whole_batches_stay() const {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 100), options(feed.path())};
  feed.write(lines(0, 1050, app::kFormHead / 1000));
  ASSERT_TRUE(await([&] { return count() == 1000; }, child)) << count() << child.standard_error();
  child.send_signal(SIGKILL);
  EXPECT_EQ(child.wait(), 128 + SIGKILL);
  EXPECT_EQ(count_at_rest(), 1000);
  expect_the_rest_is_imported(2000);
}

void ImportingProcesses::expect_the_same_end_after_kills_at(
    const std::vector<std::function<bool()>>& moments) const {
  constexpr int total = 20'000;
  std::ofstream{path("links.txt")} << lines(0, total);
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

std::string ImportingProcesses::interrupt() const {
  const Feed feed{path("feed")};
  ChildProcess child{import("-", 10), options(feed.path())};
  EXPECT_TRUE(is_within_its_second_batch(feed, child)) << child.standard_error();
  child.send_signal(SIGINT);
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_output(), testing::StartsWith("10 imported, 0 already there, 0 rejected in "));
  EXPECT_EQ(count(), 10);
  expect_the_rest_is_imported(40);
  return child.standard_error();
}

}  // namespace curt::test
