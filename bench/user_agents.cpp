// What it costs to tell a bot from a person, without a memo: one user agent after the other of the files that
// the tests measure the detector by, so that an iteration's time is one user agent's.
//
//   taskset -c 0 build/release/bench/user_agents
//
// CURT_AGENTS is the folder of the files, tests/data/agents if not set.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "curt/visits/bots/bot_detector.hpp"

namespace {

using curt::visits::BotDetector;

std::vector<std::string> agents_of(std::initializer_list<const char*> names) {
  const char* folder = std::getenv("CURT_AGENTS");
  std::vector<std::string> agents;
  for (const char* name : names) {
    std::ifstream file{std::string{folder != nullptr ? folder : "tests/data/agents"} + "/" + name};
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line.front() != '#' && line.front() != '[') agents.push_back(line);
    }
  }
  if (agents.empty()) {
    std::fprintf(stderr, "no user agents: run this in the top folder of curt, or set CURT_AGENTS\n");
    std::exit(1);
  }
  return agents;
}

void judge(benchmark::State& state, std::vector<std::string> agents) {
  std::shuffle(agents.begin(), agents.end(), std::mt19937{18});
  const BotDetector detector;
  // The automata grow with what they see for the first time.
  for (const std::string& agent : agents) benchmark::DoNotOptimize(detector.is_bot(agent));
  std::size_t next = 0;
  std::size_t bots = 0;
  for (auto _ : state) {
    bots += detector.is_bot(agents[next]) ? 1 : 0;
    if (++next == agents.size()) next = 0;
  }
  state.counters["bots"] = static_cast<double>(bots) / static_cast<double>(state.iterations());
}

void browsers(benchmark::State& state) { judge(state, agents_of({"browsers.txt", "people.txt"})); }
void crawlers(benchmark::State& state) { judge(state, agents_of({"crawlers.txt", "kinds.txt"})); }
void both(benchmark::State& state) {
  judge(state, agents_of({"browsers.txt", "people.txt", "crawlers.txt", "kinds.txt"}));
}

/// Each user agent once, by a detector that has seen none: the automata are built on the way.
void at_first(benchmark::State& state) {
  const auto agents = agents_of({"browsers.txt", "people.txt", "crawlers.txt", "kinds.txt"});
  for (auto _ : state) {
    const BotDetector detector;
    for (const std::string& agent : agents) benchmark::DoNotOptimize(detector.is_bot(agent));
  }
  state.counters["agents"] = static_cast<double>(agents.size());
}

BENCHMARK(browsers);
BENCHMARK(crawlers);
BENCHMARK(both);
BENCHMARK(at_first)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
