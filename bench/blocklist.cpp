// What a blocklist of a million hosts costs: reading it, its memory, and asking it.
//
//   taskset -c 0 build/release/bench/blocklist
//
// judge_a_link is what the first redirect of a link after a reload takes beside its lookup, ask_a_hot_link
// every later one.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include "curt/limits/blocklist/host_lists.hpp"
#include "curt/limits/blocklist/list_files.hpp"

namespace {

using curt::limits::HostList;
using curt::limits::HostLists;
using curt::limits::ListedHosts;
using curt::limits::VerdictMemo;

constexpr std::size_t kMillion = 1'000'000;

/// A name as lists have them: about 20 bytes.
std::string host_of(std::uint64_t number) {
  std::mt19937_64 random{number};
  const std::uint64_t drawn = random();
  return fmt::format("{:x}{}.{}", drawn & 0xffffffffffU, number % 7 == 0 ? ".blogspot" : "",
                     drawn % 3 == 0 ? "com" : "example");
}

/// The file with the list, which is removed at the end.
class ListFile {
 public:
  ListFile() : path_(std::filesystem::temp_directory_path() / fmt::format("curt-bench-{}", ::getpid())) {
    std::ofstream file{path_};
    for (std::size_t i = 0; i < kMillion; ++i) file << host_of(i) << '\n';
  }
  ~ListFile() { std::filesystem::remove(path_); }
  ListFile(const ListFile&) = delete;
  ListFile& operator=(const ListFile&) = delete;

  [[nodiscard]] std::vector<std::string> paths() const { return {path_.string()}; }

 private:
  const std::filesystem::path path_;
};

const ListFile& list_file() {
  static const ListFile file;
  return file;
}

/// The lists of the file, which all benchmarks ask.
struct Lists {
  Lists() {
    ListedHosts hosts;
    hosts.blocked = curt::limits::read_host_list(list_file().paths()).value().hosts;
    lists.publish(std::move(hosts));
  }
  curt::Metrics metrics;
  HostLists lists{metrics};
};

Lists& lists() {
  static Lists all;
  return all;
}

void read_a_million(benchmark::State& state) {
  std::size_t bytes = 0;
  const std::vector<std::string> paths = list_file().paths();
  for (auto _ : state) {
    const HostList list = curt::limits::read_host_list(paths).value();
    bytes = list.hosts.bytes();
    benchmark::DoNotOptimize(list.counts.lines);
  }
  state.counters["MiB"] = static_cast<double>(bytes) / (1U << 20U);
}
BENCHMARK(read_a_million)->Unit(benchmark::kMillisecond);

/// Hosts with two labels above: four lookups each where nothing matches.
void match_a_stranger(benchmark::State& state) {
  const auto hosts = lists().lists.current();
  std::vector<std::string> strangers;
  for (std::size_t i = 0; i < kMillion / 4; ++i) strangers.push_back("www." + host_of(kMillion + i) + ".org");
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(hosts->block(strangers[at]));
    at = (at + 1) % strangers.size();
  }
}
BENCHMARK(match_a_stranger);

void match_a_blocked_host(benchmark::State& state) {
  const auto hosts = lists().lists.current();
  std::vector<std::string> blocked;
  for (std::size_t i = 0; i < kMillion / 4; ++i) blocked.push_back("www." + host_of(i * 4));
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(hosts->block(blocked[at]));
    at = (at + 1) % blocked.size();
  }
}
BENCHMARK(match_a_blocked_host);

void judge_a_link(benchmark::State& state) {
  const std::string target = "https://www.example.com/some/path?with=query";
  for (auto _ : state) {
    const VerdictMemo memo;
    benchmark::DoNotOptimize(lists().lists.block(target, memo));
  }
}
BENCHMARK(judge_a_link);

void ask_a_hot_link(benchmark::State& state) {
  const std::string target = "https://www.example.com/some/path?with=query";
  const VerdictMemo memo;
  const HostLists& all = lists().lists;
  for (auto _ : state) benchmark::DoNotOptimize(all.block(target, memo));
}
BENCHMARK(ask_a_hot_link);

void ask_without_lists(benchmark::State& state) {
  const std::string target = "https://www.example.com/some/path?with=query";
  const VerdictMemo memo;
  curt::Metrics metrics;
  const HostLists none{metrics};
  for (auto _ : state) benchmark::DoNotOptimize(none.block(target, memo));
}
BENCHMARK(ask_without_lists);

}  // namespace

BENCHMARK_MAIN();
