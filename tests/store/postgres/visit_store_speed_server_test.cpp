#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/store/postgres_visits.hpp"

// Measured by hand, on a quiet machine and one core:
//   taskset -c 0 curt_postgres_tests --gtest_also_run_disabled_tests --gtest_filter='*PostgresVisitsSpeed*'

namespace curt::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration;
using visits::Batch;
using visits::VisitCount;

constexpr std::size_t kCodes = 10'000;
constexpr std::uint32_t kVisitsABatch = 1'000;
constexpr std::size_t kBatchesACall = 10;
constexpr std::size_t kCalls = 60;

class PostgresVisitsSpeed : public PostgresVisits {
 protected:
  std::vector<Batch> next_batches() {
    std::vector<Batch> batches;
    for (std::size_t i = 0; i < kBatchesACall; ++i) batches.push_back(next_batch());
    return batches;
  }

  /// CPU time of the store's backends so far (proc_pid_stat(5): utime and stime, in ticks).
  [[nodiscard]] double server_cpu_seconds() const {
    const auto pid = ask("SELECT pid FROM pg_stat_activity WHERE application_name = 'curt' AND datname = '" +
                         database_ + "' ORDER BY backend_start DESC LIMIT 1");
    std::ifstream file{"/proc/" + pid + "/stat"};
    std::string word;
    double ticks = 0;
    for (int field = 1; file >> word; ++field) {
      if (field == 14 || field == 15) ticks += std::stod(word);
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

 private:
  Batch next_batch() {
    Batch batch = batch_of(batch_id(position_, kVisitsABatch), {});
    position_ += kVisitsABatch;
    std::vector<std::size_t> codes;
    for (std::uint32_t i = 0; i < kVisitsABatch; ++i) codes.push_back(zipf_(random_));
    for (const std::size_t code : codes) {
      batch.details.push_back(
          detail_of(names_[code], at_ += std::chrono::milliseconds{1}, "https://news.example.com/some/page"));
      batch.details.back().user_agent =
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0";
    }
    std::sort(codes.begin(), codes.end());
    for (const std::size_t code : codes) {
      const ShortCode name = code_of(names_[code]);
      if (batch.counts.empty() || batch.counts.back().code != name) {
        batch.counts.push_back(VisitCount{name, kHour, 0, 0});
      }
      ++batch.counts.back().humans;
    }
    return batch;
  }

  static std::vector<std::string> make_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kCodes; ++i) names.push_back(fmt::format("c{:06x}", i * 1'677 % 0xFFFFFF));
    return names;
  }
  static std::vector<double> make_weights() {
    std::vector<double> weights;
    for (std::size_t i = 0; i < kCodes; ++i) weights.push_back(1.0 / static_cast<double>(1 + i * 7 % kCodes));
    return weights;
  }

  std::vector<std::string> names_ = make_names();
  std::vector<double> weights_ = make_weights();
  std::discrete_distribution<std::size_t> zipf_{weights_.begin(), weights_.end()};
  std::mt19937_64 random_{7};  // NOLINT(cert-msc51-cpp): the same visits each time
  std::uint64_t position_ = 0;
  Timestamp at_{std::chrono::days{kDay}};
};

TEST_F(PostgresVisitsSpeed, DISABLED_VisitsAppliedASecond) {
  const auto store = open(1);
  ASSERT_TRUE(maintain(*store, kDay));
  std::vector<double> seconds;
  double client = 0;
  const double server_before = server_cpu_seconds();
  for (std::size_t call = 0; call < kCalls; ++call) {
    std::vector<Batch> batches = next_batches();
    const auto begun = Clock::now();
    const std::clock_t client_before = std::clock();
    ASSERT_TRUE(apply(*store, std::move(batches)));
    client += static_cast<double>(std::clock() - client_before) / CLOCKS_PER_SEC;
    seconds.push_back(duration<double>(Clock::now() - begun).count());
  }
  double sum = 0;
  for (const double one : seconds) sum += one;
  std::sort(seconds.begin(), seconds.end());
  const double visits = static_cast<double>(kVisitsABatch * kBatchesACall);
  std::cout << fmt::format("{:.0f} visits a second on average, {:.0f} in the median call\n",
                           visits * static_cast<double>(kCalls) / sum, visits / seconds[kCalls / 2]);
  const double server = server_cpu_seconds() - server_before;
  std::cout << fmt::format(
      "{:.0f} visits a second of CPU: {:.1f} us here and {:.1f} us in the server for each\n",
      visits * static_cast<double>(kCalls) / (client + server),
      client * 1e6 / visits / static_cast<double>(kCalls),
      server * 1e6 / visits / static_cast<double>(kCalls));
  for (const char* statement : {"insert_batches", "copy_visits", "add_daily", "add_hourly", "add_totals",
                                "add_all_daily", "add_to_rings", "begin", "commit"}) {
    std::cout << fmt::format(
        "  {:16} {:.2f} ms a call\n", statement,
        1000 / static_cast<double>(kCalls) *
            metric(fmt::format(
                "curt_store_statement_duration_seconds_sum{{store=\"postgres\",statement=\"{}\"}}",
                statement)));
  }
}

TEST_F(PostgresVisitsSpeed, DISABLED_StatisticsOfALinkWithTenMillionVisitsInAYear) {
  // 10,000 links visited every day, 1,000 of them every hour; the one in question as often as 10 million.
  static_cast<void>(
      ask(fmt::format("INSERT INTO visit_daily SELECT 'c' || c, d, 20, 2 FROM generate_series(1, 10000) AS c,"
                      " generate_series({0} - 364, {0}) AS d",
                      kDay)));
  static_cast<void>(
      ask(fmt::format("INSERT INTO visit_hourly SELECT 'c' || c, h, 1, 0 FROM generate_series(1, 1000) AS c,"
                      " generate_series({0} - 90 * 24, {0} + 23) AS h",
                      kHour)));
  static_cast<void>(ask(fmt::format(
      "INSERT INTO visit_daily SELECT 'big', d, 27000, 397 FROM generate_series({0} - 364, {0}) AS d",
      kDay)));
  static_cast<void>(ask(fmt::format(
      "INSERT INTO visit_hourly SELECT 'big', h, 1125, 16 FROM generate_series({0} - 90 * 24, {0} + 23) AS h",
      kHour)));
  static_cast<void>(
      ask("INSERT INTO visit_totals SELECT code, sum(humans), sum(bots) FROM visit_daily"
          " GROUP BY code"));
  static_cast<void>(ask(fmt::format("UPDATE visit_upkeep SET hourly_from = {}", kHour - 90 * 24)));
  static_cast<void>(ask("ANALYZE"));
  const auto store = open(2);
  std::vector<double> milliseconds;
  for (int i = 0; i < 100; ++i) {
    Call call = call_within(std::chrono::minutes{1});
    const auto begun = Clock::now();
    const auto totals = run(store->visits().totals(call, {code_of("big")}));
    const auto series = run(store->visits().series(call, code_of("big"), {kHour - 364 * 24, kHour + 24}));
    milliseconds.push_back(duration<double, std::milli>(Clock::now() - begun).count());
    ASSERT_EQ(totals->front().total(), 365U * 27'397U);
    ASSERT_EQ(series->days.size() + series->hours.size() / 24, 365U);
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  std::cout << fmt::format("totals and a year's series: {:.2f} ms in the median, {:.2f} ms at most\n",
                           milliseconds[50], milliseconds.back());
  Call call = call_within(std::chrono::minutes{1});
  const auto begun = Clock::now();
  ASSERT_TRUE(run(store->visits().top(call, visits::HourRange{kHour - 364 * 24, kHour + 24}, 10)));
  std::cout << fmt::format("the top of a year: {:.0f} ms\n",
                           duration<double, std::milli>(Clock::now() - begun).count());
}

}  // namespace
}  // namespace curt::test
