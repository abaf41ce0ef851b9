#include "curt/base/metrics.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/metric_value.hpp"

namespace curt {
namespace {

using test::metric_value;
using testing::HasSubstr;
using testing::Not;

void on_new_thread(const std::function<void()>& work) { std::thread{work}.join(); }

TEST(Counter, SumsWhatAllThreadsCounted) {
  Metrics metrics;
  const Counter counter = metrics.counter("hits_total", "Hits.");
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 10'000; ++n) counter.add();
      });
    }
  }
  counter.add(5);
  EXPECT_EQ(metric_value(metrics, "hits_total"), "40005");
}

TEST(Counter, KeepsTheCountOfThreadsThatHaveEnded) {
  Metrics metrics;
  const Counter counter = metrics.counter("hits_total", "Hits.");
  for (int i = 0; i < 10; ++i) on_new_thread([&] { counter.add(3); });
  EXPECT_EQ(metric_value(metrics, "hits_total"), "30");
}

TEST(Counter, CanBeReadWhileOthersCount) {
  Metrics metrics;
  const Counter counter = metrics.counter("hits_total", "Hits.");
  const std::jthread other{[&] {
    for (int n = 0; n < 10'000; ++n) counter.add();
  }};
  int last = 0;
  for (int i = 0; i < 100; ++i) {
    const int seen = std::stoi(metric_value(metrics, "hits_total"));
    EXPECT_GE(seen, last);
    last = seen;
  }
}

TEST(Metrics, KeepsSeriesApartByTheirLabels) {
  Metrics metrics;
  const Counter hit = metrics.counter("lookups_total", "Lookups.", {{"layer", "local"}, {"result", "hit"}});
  const Counter miss = metrics.counter("lookups_total", "Lookups.", {{"layer", "local"}, {"result", "miss"}});
  hit.add(2);
  miss.add(7);
  EXPECT_EQ(metric_value(metrics, R"(lookups_total{layer="local",result="hit"})"), "2");
  EXPECT_EQ(metric_value(metrics, R"(lookups_total{layer="local",result="miss"})"), "7");
}

TEST(Metrics, KeepsObjectsApartThatOneThreadCountsInTurns) {
  Metrics one;
  Metrics other;
  const Counter first = one.counter("hits_total", "Hits.");
  const Counter second = other.counter("hits_total", "Hits.");
  for (int i = 0; i < 10; ++i) {
    first.add();
    second.add(2);
  }
  EXPECT_EQ(metric_value(one, "hits_total"), "10");
  EXPECT_EQ(metric_value(other, "hits_total"), "20");
}

TEST(Metrics, HidesASeriesAtZeroOnlyIfItIsToldTo) {
  Metrics metrics;
  const Counter hidden = metrics.counter("answers_total", "Answers.", {{"status", "200"}}, ShowZero::no);
  const Histogram times = metrics.histogram("seconds", "Time.", count_buckets(), {}, ShowZero::no);
  static_cast<void>(metrics.counter("hits_total", "Hits."));
  EXPECT_THAT(metrics.to_text(), Not(HasSubstr("answers_total")));
  EXPECT_THAT(metrics.to_text(), Not(HasSubstr("seconds")));
  EXPECT_EQ(metric_value(metrics, "hits_total"), "0");

  hidden.add();
  times.observe(std::uint64_t{0});
  EXPECT_EQ(metric_value(metrics, R"(answers_total{status="200"})"), "1");
  EXPECT_EQ(metric_value(metrics, "seconds_count"), "1");
}

TEST(Gauge, SumsWhatOneThreadAddsAndAnotherTakesAway) {
  Metrics metrics;
  const Gauge open = metrics.gauge("open_connections", "Open.");
  open.add(2);
  on_new_thread([&] { open.add(-1); });
  EXPECT_EQ(open.value(), 1);
  EXPECT_EQ(metric_value(metrics, "open_connections"), "1");
  on_new_thread([&] { open.add(-3); });
  EXPECT_EQ(open.value(), -2);
  EXPECT_EQ(metric_value(metrics, "open_connections"), "-2");
}

TEST(Histogram, CountsAValueInTheBucketsThatItIsNotAbove) {
  Metrics metrics;
  const Buckets buckets{{1, 5, 10}, 1.0};
  const Histogram histogram = metrics.histogram("batch", "Rows.", buckets);
  for (const std::uint64_t value : {0, 1, 2, 5, 10, 11, 1000}) histogram.observe(value);
  EXPECT_EQ(metric_value(metrics, R"(batch_bucket{le="1"})"), "2");
  EXPECT_EQ(metric_value(metrics, R"(batch_bucket{le="5"})"), "4");
  EXPECT_EQ(metric_value(metrics, R"(batch_bucket{le="10"})"), "5");
  EXPECT_EQ(metric_value(metrics, R"(batch_bucket{le="+Inf"})"), "7");
  EXPECT_EQ(metric_value(metrics, "batch_count"), "7");
  EXPECT_EQ(metric_value(metrics, "batch_sum"), "1029");
}

TEST(Histogram, ShowsTimesInSeconds) {
  Metrics metrics;
  const Histogram histogram =
      metrics.histogram("took_seconds", "Time.", duration_buckets(), {{"name", "find"}});
  histogram.observe(std::chrono::milliseconds{2});
  histogram.observe(std::chrono::seconds{20});
  EXPECT_EQ(metric_value(metrics, R"(took_seconds_bucket{name="find",le="0.001"})"), "0");
  EXPECT_EQ(metric_value(metrics, R"(took_seconds_bucket{name="find",le="0.0025"})"), "1");
  EXPECT_EQ(metric_value(metrics, R"(took_seconds_bucket{name="find",le="10"})"), "1");
  EXPECT_EQ(metric_value(metrics, R"(took_seconds_bucket{name="find",le="+Inf"})"), "2");
  EXPECT_DOUBLE_EQ(std::stod(metric_value(metrics, R"(took_seconds_sum{name="find"})")), 20.002);
}

TEST(Metrics, AsksForValuesThatAreKeptElsewhereWhenItIsRead) {
  Metrics metrics;
  double held = 3;
  metrics.gauge_from("bytes", "Bytes.", [&] { return held; });
  metrics.counter_from("lost_total", "Lost.", [&] { return held * 2; });
  EXPECT_EQ(metric_value(metrics, "bytes"), "3");
  held = 4.5;
  EXPECT_EQ(metric_value(metrics, "bytes"), "4.5");
  EXPECT_EQ(metric_value(metrics, "lost_total"), "9");
}

TEST(Metrics, AddsTheFamiliesOfASource) {
  Metrics metrics;
  metrics.add_source([](std::vector<prometheus::MetricFamily>& all) {
    prometheus::ClientMetric metric;
    metric.gauge.value = 42;
    all.push_back({"made_up", "Made up.", prometheus::MetricType::Gauge, {metric}});
  });
  EXPECT_EQ(metric_value(metrics, "made_up"), "42");
}

TEST(Metrics, WritesHelpAndTypeOnceForEachFamily) {
  Metrics metrics;
  static_cast<void>(metrics.counter("lookups_total", "Lookups.", {{"result", "hit"}}));
  static_cast<void>(metrics.gauge("open", "Open."));
  static_cast<void>(metrics.counter("lookups_total", "Lookups.", {{"result", "miss"}}));
  EXPECT_EQ(metrics.to_text(),
            "# HELP lookups_total Lookups.\n"
            "# TYPE lookups_total counter\n"
            "lookups_total{result=\"hit\"} 0\n"
            "lookups_total{result=\"miss\"} 0\n"
            "# HELP open Open.\n"
            "# TYPE open gauge\n"
            "open 0\n");
}

TEST(MetricCells, RefusesMoreThanItHolds) {
  MetricCells cells;
  EXPECT_EQ(cells.allocate(MetricCells::kCapacity - 1), 0U);
  EXPECT_THROW(static_cast<void>(cells.allocate(2)), std::length_error);
  EXPECT_EQ(cells.allocate(1), MetricCells::kCapacity - 1);
}

}  // namespace
}  // namespace curt
