// What one visit costs behind its request: read from the ring, counted, its detail encoded, its share of a
// batch.
//
//   visit_drain                               CURT_RING_DIR: where the ring is made, /tmp if not set
//
// Arguments: codes that are visited, user agents that they are visited with, details kept or not. The column
// CPU is for one visit. access_line is what a line costs beside that.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "curt/visits/drain/access_line.hpp"

#include "visits/drain/drain_recovered.hpp"

namespace {

namespace visits = curt::visits;

constexpr std::size_t kRecords = 16384;

class NoSpool final : public visits::BatchSink {
 public:
  curt::result<void> append(const visits::EncodedBatch& batch) override {
    bytes += batch.encoded_counts.size() + batch.encoded_details.size();
    return {};
  }
  [[nodiscard]] std::uint64_t appended_through(std::uint16_t) const override { return 0; }

  std::uint64_t bytes = 0;
};

visits::RequestRecord redirect() {
  visits::RequestRecord record;
  record.at = curt::Timestamp{std::chrono::milliseconds{1'795'333'780'123}};
  record.version = 3;
  record.microseconds = 12;
  record.bytes = 321;
  record.status = 302;
  record.use = visits::kVisit | visits::kAccessLine;
  record.code = "aB3xY9z";
  record.client = "203.0.113.77";
  record.request_id = "0123456789abcdef";
  record.path = "/aB3xY9z";
  record.referrer = "https://social.example/feed/12";
  return record;
}

std::unique_ptr<visits::RequestRing> make_ring() {
  const char* folder = std::getenv("CURT_RING_DIR");
  const auto file = std::filesystem::path{folder != nullptr ? folder : "/tmp"} /
                    ("visit-drain-" + std::to_string(::getpid()));
  auto ring = visits::RequestRing::create(file, kRecords);
  if (!ring) {
    std::fprintf(stderr, "%s\n", ring.error().detail.c_str());
    std::exit(1);
  }
  std::filesystem::remove(file);
  return std::move(*ring);
}

void fill(visits::RequestRing& ring, std::size_t codes, std::size_t agents) {
  std::mt19937 random{4711};
  visits::RequestRecord record = redirect();
  for (std::size_t i = 0; i < kRecords; ++i) {
    const std::string code = "code" + std::to_string(1000 + random() % codes);
    const std::string client = "203.0." + std::to_string(random() % 200) + ".7";
    const std::string agent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" +
        std::to_string(100 + random() % agents) + ".0.0.0 Safari/537.36";
    record.code = code;
    record.client = client;
    record.user_agent = agent;
    ring.push(record);
  }
}

void drain(benchmark::State& state) {
  const auto ring = make_ring();
  NoSpool sink;
  visits::BatcherOptions options;
  options.details = state.range(2) != 0;
  const visits::IsBot is_bot = [](std::string_view) { return false; };
  std::uint64_t visited = 0;
  while (state.KeepRunningBatch(kRecords)) {
    state.PauseTiming();
    fill(*ring, static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
    state.ResumeTiming();
    visited += visits::drain_recovered(*ring, 0, 0, {}, sink, options, is_bot)->visits;
  }
  state.counters["bytes"] = static_cast<double>(sink.bytes) / static_cast<double>(visited);
}

void access_line(benchmark::State& state) {
  visits::AccessLines lines{visits::AccessLineFormat::json, {"GET"}, {"redirect"}};
  visits::RequestRecord record = redirect();
  record.user_agent =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0";
  std::string out;
  for (auto _ : state) {
    lines.append(record, out);
    if (out.size() > 65'536) out.clear();
  }
}

BENCHMARK(drain)->Args({1, 1, 1})->Args({1, 50, 1})->Args({10'000, 50, 1})->Args({10'000, 50, 0});
BENCHMARK(access_line);

}  // namespace

BENCHMARK_MAIN();
