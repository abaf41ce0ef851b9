#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

namespace curt {

/// Numbers that every thread counts in a block of its own and that are summed when they are read: an
/// increment is a load and a store, without lock or contention.
class MetricCells {
 public:
  using Cell = std::atomic<std::uint64_t>;
  static constexpr std::size_t kCapacity = 16384;

  MetricCells();

  /// Index of the first of `count` new cells. Throws std::length_error when kCapacity is used up.
  std::size_t allocate(std::size_t count);

  void add(std::size_t index, std::uint64_t n) noexcept {
    Cell& cell = block()[index];
    cell.store(cell.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint64_t sum(std::size_t index) const;
  /// All cells at once, which is what a scrape wants.
  [[nodiscard]] std::vector<std::uint64_t> sums() const;

 private:
  using Block = std::array<Cell, kCapacity>;

  Block& block() noexcept {
    if (last_used.owner == id_) [[likely]]
      return *last_used.block;
    return find_block();
  }
  Block& find_block() noexcept;

  struct LastUsed {
    std::uint64_t owner;
    Block* block;
  };
  static inline thread_local LastUsed last_used;  ///< zero at first, which no id is

  const std::uint64_t id_;
  mutable std::mutex mutex_;
  std::map<std::thread::id, std::unique_ptr<Block>>
      blocks_;  ///< outlive their threads, so that no count is lost
  std::size_t used_ = 0;
};

/// A number that only grows. A handle, cheap to copy; lives as long as its Metrics.
class Counter {
 public:
  Counter(MetricCells& cells, std::size_t index) : cells_(&cells), index_(index) {}
  void add(std::uint64_t n = 1) const noexcept { cells_->add(index_, n); }

 private:
  MetricCells* cells_;
  std::size_t index_;
};

/// A number of things that are there now. A handle like Counter.
class Gauge {
 public:
  Gauge(MetricCells& cells, std::size_t index) : cells_(&cells), index_(index) {}
  void add(std::int64_t n) const noexcept { cells_->add(index_, static_cast<std::uint64_t>(n)); }
  [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(cells_->sum(index_)); }

 private:
  MetricCells* cells_;
  std::size_t index_;
};

/// Counts values in buckets. A handle like Counter.
class Histogram {
 public:
  Histogram(MetricCells& cells, std::size_t index, std::span<const std::uint64_t> bounds)
      : cells_(&cells), index_(index), bounds_(bounds) {}

  void observe(std::uint64_t value) const noexcept {
    std::size_t bucket = 0;
    while (bucket < bounds_.size() && value > bounds_[bucket]) ++bucket;
    cells_->add(index_ + bucket, 1);
    cells_->add(index_ + bounds_.size() + 1, value);
  }
  void observe(std::chrono::nanoseconds time) const noexcept {
    observe(static_cast<std::uint64_t>(time.count()));
  }

 private:
  MetricCells* cells_;
  std::size_t index_;
  std::span<const std::uint64_t> bounds_;
};

/// Upper bounds of a histogram's buckets, and what one unit of them is in the unit that is shown.
struct Buckets {
  std::vector<std::uint64_t> bounds;
  double unit = 1.0;
};

/// 10 µs to 10 s, observed in nanoseconds, shown in seconds.
[[nodiscard]] const Buckets& duration_buckets();

/// 0 to 50 things.
[[nodiscard]] const Buckets& count_buckets();

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Whether a series is shown before anything was counted in it.
enum class ShowZero { yes, no };

/// Every number that /metrics shows. Registering is for start-up, before other threads count; counting and
/// collecting are thread-safe.
class Metrics final : public prometheus::Collectable {
 public:
  /// Appends families that are made up at scrape.
  using Source = std::function<void(std::vector<prometheus::MetricFamily>&)>;

  Counter counter(const std::string& name, const std::string& help, Labels labels = {},
                  ShowZero show_zero = ShowZero::yes);
  Gauge gauge(const std::string& name, const std::string& help, Labels labels = {});
  Histogram histogram(const std::string& name, const std::string& help, const Buckets& buckets,
                      Labels labels = {}, ShowZero show_zero = ShowZero::yes);

  /// A gauge that is asked for its value at scrape, on the scraping thread.
  void gauge_from(const std::string& name, const std::string& help, std::function<double()> read,
                  Labels labels = {});
  /// A counter that is kept elsewhere and asked for its value at scrape.
  void counter_from(const std::string& name, const std::string& help, std::function<double()> read,
                    Labels labels = {});
  void add_source(Source source);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

  /// The text exposition format, version 0.0.4.
  [[nodiscard]] std::string to_text() const;

 private:
  struct Series {
    Labels labels;
    ShowZero show_zero = ShowZero::yes;
    std::size_t index = 0;
    std::function<double()> read;  ///< instead of cells, where set
  };
  struct Family {
    std::string name;
    std::string help;
    prometheus::MetricType type{};
    const Buckets* buckets = nullptr;
    std::vector<Series> series;
  };

  Family& family(const std::string& name, const std::string& help, prometheus::MetricType type);
  [[nodiscard]] static bool is_counted(const Family& family, const Series& series,
                                       const std::vector<std::uint64_t>& totals);
  [[nodiscard]] static prometheus::ClientMetric sample(const Family& family, const Series& series,
                                                       const std::vector<std::uint64_t>& totals);

  MetricCells cells_;
  std::vector<std::unique_ptr<Family>> families_;
  std::vector<Source> sources_;
};

}  // namespace curt
