// What Postgres takes to count visits, and to give the statistics of a link that was visited ten million
// times.
//
//   taskset -c 0 build/release/bench/visit_store      starts a PostgreSQL server of its own, as the tests do,
//                                                     hence only with -DCURT_BUILD_TESTS=ON
//
// apply: the time of one call with ten batches of a thousand visits each. Of each visit, `here_us` and
// `server_us` are the CPU time in microseconds of this process and of the server's backend. A statement's
// name with `_ms` is its time in milliseconds for one call.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include "curt/store/postgres/postgres_store.hpp"

#include "support/metric_value.hpp"
#include "support/run_awaitable.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/store/visit_store_contract.hpp"

namespace {

namespace test = curt::test;
namespace visits = curt::visits;
using test::kDay;
using test::kHour;

constexpr std::size_t kCodes = 10'000;
constexpr std::uint32_t kVisitsPerBatch = 1'000;
constexpr std::size_t kBatchesPerCall = 10;

constexpr visits::HourRange kYear{kHour - 364 * 24, kHour + 24};

/// The outcome of a call; ends the program where it failed.
template <class T>
T require(curt::result<T> outcome) {
  if (!outcome) {
    fmt::print(stderr, "{} {}\n", outcome.error().detail, outcome.error().log);
    std::exit(1);
  }
  return std::move(*outcome);
}

curt::Call long_call() { return curt::Call{curt::Deadline::in(std::chrono::hours{1})}; }

/// A store over a database of its own.
class Database {
 public:
  [[nodiscard]] visits::VisitStore& visits() { return store_->visits(); }

  std::string ask(const std::string& sql) const { return server_.ask(sql, name_); }

  /// CPU time of the store's backend so far (proc_pid_stat(5): utime and stime, in ticks).
  [[nodiscard]] double server_cpu_seconds() const {
    const auto pid = ask("SELECT pid FROM pg_stat_activity WHERE application_name = 'curt' AND datname = '" +
                         name_ + "' ORDER BY backend_start DESC LIMIT 1");
    std::ifstream file{"/proc/" + pid + "/stat"};
    std::string word;
    double ticks = 0;
    for (int field = 1; file >> word; ++field) {
      if (field == 14 || field == 15) ticks += std::stod(word);
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

  [[nodiscard]] double statement_seconds(std::string_view statement) const {
    return std::stod(test::metric_value(
        metrics_,
        fmt::format("curt_store_statement_duration_seconds_sum{{store=\"postgres\",statement=\"{}\"}}",
                    statement)));
  }

 private:
  test::PostgresServer& server_ = test::PostgresServer::shared();
  curt::store::PostgresOptions options_{.url = server_.fresh_schema(), .pool_size = 1};
  std::string name_ = options_.url.substr(options_.url.rfind('/') + 1);
  curt::SystemClock clock_;
  curt::Metrics metrics_;
  std::unique_ptr<curt::store::PostgresStore> store_ =
      curt::store::open_postgres_store(options_, clock_, metrics_).value();
};

/// Visits to kCodes links by their popularity, the same each time.
class Traffic {
 public:
  std::vector<visits::Batch> next_batches() {
    std::vector<visits::Batch> batches;
    for (std::size_t i = 0; i < kBatchesPerCall; ++i) batches.push_back(next_batch());
    return batches;
  }

 private:
  visits::Batch next_batch() {
    visits::Batch batch = test::batch_of(test::batch_id(position_, kVisitsPerBatch), {});
    position_ += kVisitsPerBatch;
    std::vector<std::size_t> codes;
    for (std::uint32_t i = 0; i < kVisitsPerBatch; ++i) codes.push_back(zipf_(random_));
    for (const std::size_t code : codes) {
      at_ += std::chrono::milliseconds{1};
      batch.details.push_back(test::detail_of(names_[code], at_, "https://news.example.com/some/page"));
      batch.details.back().user_agent =
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0";
    }
    std::sort(codes.begin(), codes.end());
    for (const std::size_t code : codes) {
      const curt::ShortCode name = test::code_of(names_[code]);
      if (batch.counts.empty() || batch.counts.back().code != name) {
        batch.counts.push_back(visits::VisitCount{name, kHour, 0, 0});
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
  std::mt19937_64 random_{7};
  std::uint64_t position_ = 0;
  curt::Timestamp at_{std::chrono::days{kDay}};
};

void apply(benchmark::State& state) {
  Database database;
  Traffic traffic;
  curt::Call upkeep = long_call();
  const curt::Timestamp morning = curt::Timestamp{std::chrono::days{kDay}} + std::chrono::hours{7};
  require(test::run(database.visits().maintain(upkeep, {}, morning)));
  const double server_before = database.server_cpu_seconds();
  double here = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<visits::Batch> batches = traffic.next_batches();
    curt::Call call = long_call();
    const std::clock_t before = std::clock();
    state.ResumeTiming();
    require(test::run(database.visits().apply(call, std::move(batches))));
    state.PauseTiming();
    here += static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    state.ResumeTiming();
  }
  const auto calls = static_cast<double>(state.iterations());
  const double applied = calls * kVisitsPerBatch * kBatchesPerCall;
  state.SetItemsProcessed(static_cast<std::int64_t>(applied));
  state.counters["here_us"] = here * 1e6 / applied;
  state.counters["server_us"] = (database.server_cpu_seconds() - server_before) * 1e6 / applied;
  for (const char* statement : {"insert_batches", "copy_visits", "add_daily", "add_hourly", "add_totals",
                                "add_all_daily", "add_to_rings", "begin", "commit"}) {
    state.counters[fmt::format("{}_ms", statement)] = database.statement_seconds(statement) * 1000 / calls;
  }
}

/// 10,000 links visited every day of a year, 1,000 of them every hour of its last 90 days; the link "big" as
/// often as 10 million.
Database& year_of_visits() {
  static Database database;
  static const bool filled = [] {
    const auto fill = [](const char* table, const char* columns, std::string_view codes, std::int64_t from,
                         std::int64_t to) {
      static_cast<void>(database.ask(fmt::format(
          "INSERT INTO {} SELECT {} FROM {} generate_series({}, {}) AS t", table, columns, codes, from, to)));
    };
    const std::int64_t first_hour = kHour - 90 * 24;
    fill("visit_daily", "'c' || c, t, 20, 2", "generate_series(1, 10000) AS c,", kDay - 364, kDay);
    fill("visit_hourly", "'c' || c, t, 1, 0", "generate_series(1, 1000) AS c,", first_hour, kHour + 23);
    fill("visit_daily", "'big', t, 27000, 397", "", kDay - 364, kDay);
    fill("visit_hourly", "'big', t, 1125, 16", "", first_hour, kHour + 23);
    for (const std::string& sql :
         {std::string{"INSERT INTO visit_totals SELECT code, sum(humans), sum(bots) FROM visit_daily"
                      " GROUP BY code"},
          fmt::format("UPDATE visit_upkeep SET hourly_from = {}", first_hour), std::string{"ANALYZE"}}) {
      static_cast<void>(database.ask(sql));
    }
    return true;
  }();
  static_cast<void>(filled);
  return database;
}

void totals_and_series_of_a_year(benchmark::State& state) {
  Database& database = year_of_visits();
  for (auto _ : state) {
    curt::Call call = long_call();
    const auto totals = require(test::run(database.visits().totals(call, {test::code_of("big")})));
    const auto series =
        require(test::run(database.visits().series(call, {.code = test::code_of("big")}, kYear)));
    if (totals.front().total() != 365U * 27'397U || series.days.size() + series.hours.size() / 24 != 365U) {
      state.SkipWithError("the figures are wrong");
      return;
    }
  }
}

BENCHMARK(apply)->Iterations(60)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(totals_and_series_of_a_year)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
