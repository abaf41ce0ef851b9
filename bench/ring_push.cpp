// What it costs a core to hand a usual redirect to its ring, and the worst of many pushes.
//
//   ring_push [--benchmark_filter=...]        CURT_RING_DIR: where the ring is made, /tmp if not set
//
// The column CPU is the pushing thread's own time for one push; "lost" must be 0, since a push that finds the
// ring full is a cheap one.

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include "curt/visits/ring/request_ring.hpp"

namespace {

using curt::visits::RequestRecord;
using curt::visits::RequestRing;

RequestRecord redirect() {
  RequestRecord record;
  record.at = curt::Timestamp{std::chrono::milliseconds{1'795'333'780'123}};
  record.version = 3;
  record.microseconds = 12;
  record.bytes = 321;
  record.status = 302;
  record.use = curt::visits::kVisit | curt::visits::kAccessLine;
  record.code = "aB3xY9z";
  record.client = "203.0.113.77";
  record.request_id = "0123456789abcdef";
  record.path = "/aB3xY9z";
  record.referrer = "https://social.example/feed/12";
  record.user_agent =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 "
      "more.18";
  return record;
}

std::unique_ptr<RequestRing> make_ring(std::size_t records) {
  const char* folder = std::getenv("CURT_RING_DIR");
  const auto file = std::filesystem::path{folder != nullptr ? folder : "/tmp"} /
                    ("ring-push-" + std::to_string(::getpid()));
  auto ring = RequestRing::create(file, records);
  if (!ring) {
    std::fprintf(stderr, "%s\n", ring.error().detail.c_str());
    std::exit(1);
  }
  std::filesystem::remove(file);
  return std::move(*ring);
}

void report(benchmark::State& state, const RequestRing& ring) {
  state.counters["lost"] = static_cast<double>(ring.counts().visits_lost + ring.counts().lines_lost);
}

void push_alone(benchmark::State& state) {
  const auto ring = make_ring(static_cast<std::size_t>(state.range(0)));
  const RequestRecord record = redirect();
  const std::uint64_t half = ring->capacity() / 2;
  std::uint64_t pushed = 0;
  for (auto _ : state) {
    ring->push(record);
    if (++pushed % half == 0) ring->free(pushed);
  }
  report(state, *ring);
}

/// Reads and frees on another thread, as the drain does.
class Reader {
 public:
  explicit Reader(RequestRing& ring)
      : ring_(ring), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void catch_up(std::uint64_t position) const {
    while (freed_.load(std::memory_order_acquire) < position) std::this_thread::yield();
  }

 private:
  void run(const std::stop_token& stop) {
    RequestRecord record;
    std::uint64_t position = 0;
    std::uint64_t bytes = 0;
    while (!stop.stop_requested()) {
      while (ring_.read(position, record)) {
        bytes += record.user_agent.size() + static_cast<std::uint64_t>(record.user_agent.back());
        if (++position % 64 == 0) ring_.free(position);
      }
      ring_.free(position);
      freed_.store(position, std::memory_order_release);
      std::this_thread::sleep_for(std::chrono::microseconds{100});
    }
    benchmark::DoNotOptimize(bytes);
  }

  RequestRing& ring_;
  std::atomic<std::uint64_t> freed_{0};
  std::jthread thread_;
};

void push_beside_a_reader(benchmark::State& state) {
  const auto ring = make_ring(static_cast<std::size_t>(state.range(0)));
  const Reader reader{*ring};
  const RequestRecord record = redirect();
  const std::uint64_t half = ring->capacity() / 2;
  std::uint64_t pushed = 0;
  for (auto _ : state) {
    ring->push(record);
    if (++pushed % half == 0) {
      state.PauseTiming();
      reader.catch_up(pushed);
      state.ResumeTiming();
    }
  }
  report(state, *ring);
}

long interruptions() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

/// Seconds of pushes some microseconds apart, each timed: the worst, and how they are spread. Those during
/// which the thread lost its core are told apart: they say something of the machine.
void worst_push(benchmark::State& state) {
  using clock = std::chrono::steady_clock;
  const auto ring = make_ring(16384);
  const Reader reader{*ring};
  const RequestRecord record = redirect();
  std::array<std::uint64_t, 40> histogram{};  // by the power of two of nanoseconds
  std::uint64_t pushes = 0;
  std::uint64_t preempted = 0;
  std::int64_t worst = 0;
  long before = interruptions();
  for (auto _ : state) {
    const auto end = clock::now() + std::chrono::seconds{state.range(0)};
    for (auto now = clock::now(); now < end;) {
      const auto begin = clock::now();
      ring->push(record);
      now = clock::now();
      const std::int64_t took = (now - begin).count();
      ++pushes;
      if (took > 5'000) {
        const long after = interruptions();
        if (std::exchange(before, after) != after) {
          ++preempted;
          continue;
        }
      }
      ++histogram[std::bit_width(static_cast<std::uint64_t>(took))];
      worst = std::max(worst, took);
      for (const auto next = now + std::chrono::microseconds{5}; now < next;) now = clock::now();
      if (pushes % 64 == 0) before = interruptions();
    }
  }
  report(state, *ring);
  state.counters["pushes"] = static_cast<double>(pushes);
  state.counters["preempted"] = static_cast<double>(preempted);
  state.counters["worst_ns"] = static_cast<double>(worst);
  for (std::size_t bits = 0; bits < histogram.size(); ++bits) {
    if (histogram[bits] == 0) continue;
    state.counters["under_" + std::to_string(1ULL << bits) + "_ns"] = static_cast<double>(histogram[bits]);
  }
}

BENCHMARK(push_alone)->Arg(64)->Arg(16384);
BENCHMARK(push_beside_a_reader)->Arg(256)->Arg(16384);
BENCHMARK(worst_push)->Arg(5)->Arg(60)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace

BENCHMARK_MAIN();
