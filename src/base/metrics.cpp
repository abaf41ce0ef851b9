#include "curt/base/metrics.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include <prometheus/text_serializer.h>

namespace curt {
namespace {

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

MetricCells::MetricCells() : id_(next_id()) {}

std::size_t MetricCells::allocate(std::size_t count) {
  const std::lock_guard lock{mutex_};
  if (used_ + count > kCapacity) throw std::length_error{"metrics: more series than MetricCells::kCapacity"};
  return std::exchange(used_, used_ + count);
}

MetricCells::Block& MetricCells::find_block() noexcept {
  const std::lock_guard lock{mutex_};
  auto& block = blocks_[std::this_thread::get_id()];
  if (!block) block = std::make_unique<Block>();
  last_used = {id_, block.get()};
  return *block;
}

std::uint64_t MetricCells::sum(std::size_t index) const {
  const std::lock_guard lock{mutex_};
  std::uint64_t total = 0;
  for (const auto& [thread, block] : blocks_) total += (*block)[index].load(std::memory_order_relaxed);
  return total;
}

const Buckets& duration_buckets() {
  static const Buckets buckets{{10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000,
                                5'000'000, 10'000'000, 25'000'000, 50'000'000, 100'000'000, 250'000'000,
                                500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000},
                               1e-9};
  return buckets;
}

const Buckets& count_buckets() {
  static const Buckets buckets{{0, 1, 2, 3, 5, 10, 20, 50}, 1.0};
  return buckets;
}

Metrics::Family& Metrics::family(const std::string& name, const std::string& help,
                                 prometheus::MetricType type) {
  const auto known =
      std::find_if(families_.begin(), families_.end(), [&](const auto& f) { return f->name == name; });
  if (known != families_.end()) return **known;
  auto made = std::make_unique<Family>();
  made->name = name;
  made->help = help;
  made->type = type;
  return *families_.emplace_back(std::move(made));
}

Counter Metrics::counter(const std::string& name, const std::string& help, Labels labels,
                         ShowZero show_zero) {
  const std::size_t index = cells_.allocate(1);
  family(name, help, prometheus::MetricType::Counter)
      .series.push_back({std::move(labels), show_zero, index, nullptr});
  return {cells_, index};
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, Labels labels) {
  const std::size_t index = cells_.allocate(1);
  family(name, help, prometheus::MetricType::Gauge)
      .series.push_back({std::move(labels), ShowZero::yes, index, nullptr});
  return {cells_, index};
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const Buckets& buckets,
                             Labels labels, ShowZero show_zero) {
  const std::size_t index = cells_.allocate(buckets.bounds.size() + 2);
  Family& histograms = family(name, help, prometheus::MetricType::Histogram);
  histograms.buckets = &buckets;
  histograms.series.push_back({std::move(labels), show_zero, index, nullptr});
  return {cells_, index, buckets.bounds};
}

void Metrics::gauge_from(const std::string& name, const std::string& help, std::function<double()> read,
                         Labels labels) {
  family(name, help, prometheus::MetricType::Gauge)
      .series.push_back({std::move(labels), ShowZero::yes, 0, std::move(read)});
}

void Metrics::counter_from(const std::string& name, const std::string& help, std::function<double()> read,
                           Labels labels) {
  family(name, help, prometheus::MetricType::Counter)
      .series.push_back({std::move(labels), ShowZero::yes, 0, std::move(read)});
}

void Metrics::add_source(Source source) { sources_.push_back(std::move(source)); }

std::vector<std::uint64_t> MetricCells::sums() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::uint64_t> totals(used_);
  for (const auto& [thread, block] : blocks_) {
    for (std::size_t i = 0; i < used_; ++i) totals[i] += (*block)[i].load(std::memory_order_relaxed);
  }
  return totals;
}

bool Metrics::is_counted(const Family& family, const Series& series,
                         const std::vector<std::uint64_t>& totals) {
  // A histogram has a cell for each bound and one for what is above; the last one is the sum of the values.
  const std::size_t cells = family.buckets == nullptr ? 1 : family.buckets->bounds.size() + 1;
  const auto first = totals.begin() + static_cast<std::ptrdiff_t>(series.index);
  return std::any_of(first, first + static_cast<std::ptrdiff_t>(cells),
                     [](std::uint64_t total) { return total != 0; });
}

prometheus::ClientMetric Metrics::sample(const Family& family, const Series& series,
                                         const std::vector<std::uint64_t>& totals) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : series.labels) metric.label.push_back({name, value});
  switch (family.type) {
    case prometheus::MetricType::Counter:
      metric.counter.value = series.read ? series.read() : static_cast<double>(totals[series.index]);
      break;
    case prometheus::MetricType::Histogram: {
      const Buckets& buckets = *family.buckets;
      std::uint64_t count = 0;
      for (std::size_t i = 0; i < buckets.bounds.size(); ++i) {
        count += totals[series.index + i];
        metric.histogram.bucket.push_back({count, static_cast<double>(buckets.bounds[i]) * buckets.unit});
      }
      count += totals[series.index + buckets.bounds.size()];
      metric.histogram.sample_count = count;
      metric.histogram.sample_sum =
          static_cast<double>(totals[series.index + buckets.bounds.size() + 1]) * buckets.unit;
      break;
    }
    default: {
      const auto held = static_cast<std::int64_t>(series.read ? 0 : totals[series.index]);
      metric.gauge.value = series.read ? series.read() : static_cast<double>(held);
    }
  }
  return metric;
}

std::vector<prometheus::MetricFamily> Metrics::Collect() const {
  std::vector<prometheus::MetricFamily> all;
  const std::vector<std::uint64_t> totals = cells_.sums();
  for (const auto& family : families_) {
    prometheus::MetricFamily shown{family->name, family->help, family->type, {}};
    for (const Series& series : family->series) {
      // Most series are at zero and not shown, so that nothing is built for them.
      if (series.show_zero == ShowZero::yes || is_counted(*family, series, totals)) {
        shown.metric.push_back(sample(*family, series, totals));
      }
    }
    if (!shown.metric.empty()) all.push_back(std::move(shown));
  }
  for (const Source& source : sources_) source(all);
  return all;
}

std::string Metrics::to_text() const {
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, Collect());
  return std::move(out).str();
}

}  // namespace curt
