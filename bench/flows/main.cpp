// Load for a curt behind its proxy, on this machine; docs/load-test.md has the ways to use it.
//
//   flows mix http://127.0.0.1:8080 --seconds 30        flows --help
//
// Ends with 0 where no request failed and every redirect is one visit, with 1 where not, with 2 where it was
// called wrongly.

#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "flows/journey.hpp"

namespace {

std::atomic<int> interruptions = 0;
static_assert(std::atomic<int>::is_always_lock_free);  // so that a handler of signals may write it

extern "C" void interrupt(int /*signal*/) { interruptions.fetch_add(1); }

void write_json(const flows::Report& report) {
  std::ofstream file{report.options.json_file};
  file << flows::to_json(report) << std::flush;
  if (!file) throw std::runtime_error{fmt::format("cannot write {}", report.options.json_file)};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    flows::Exit exit;
    const auto options = flows::parse_options(argc, argv, exit);
    if (!options) return exit.status;
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    flows::Journey journey{*options, [] { return interruptions.load(); }};
    const flows::Report report = journey.travel();
    fmt::print("{}", flows::to_text(report));
    if (!options->json_file.empty()) write_json(report);
    return report.is_clean() ? 0 : 1;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "flows: {}\n", failure.what());
    return 1;
  }
}
