// What the most visited links of a year take, of ten million visits to 10,000 links by their popularity,
// while nothing is summed up and after maintenance.
//
//   taskset -c 0 build/release/bench/visit_top        starts a PostgreSQL server of its own, as the tests do,
//                                                     hence only with -DCURT_BUILD_TESTS=ON
//
// `periods` is how many were summed up, `maintenance_ms` how long that took. The aligned year begins where a
// period of 64 days does; the other one begins within one, and ends on the last day but one of one that is
// not over.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "curt/store/postgres/postgres_store.hpp"
#include "curt/store/sqlite/sqlite_store.hpp"

#include "support/run_awaitable.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace {

namespace test = curt::test;
namespace visits = curt::visits;

constexpr std::int64_t kFirst = 318 * 64;
constexpr std::int64_t kToday = kFirst + 6 * 64 - 1;

constexpr visits::HourRange kAligned{kFirst * 24, (kFirst + 365) * 24};
constexpr visits::HourRange kUnaligned{(kToday - 365) * 24, kToday * 24};

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

/// About 28,000 visits a day; `shard` is the column that only Postgres has.
std::string filling(const char* shard) {
  return fmt::format(
      "WITH RECURSIVE codes (c) AS (SELECT 1 UNION ALL SELECT c + 1 FROM codes WHERE c < 10000)"
      " INSERT INTO links (code, target, target_hash, tags, redirect_status, forward_query, enabled,"
      " created_at, updated_at, version)"
      " SELECT 'c' || c, 'https://example.com/', 0, '[]', 302, false, true, 0, 0, 1 FROM codes;"
      "WITH RECURSIVE codes (c) AS (SELECT 1 UNION ALL SELECT c + 1 FROM codes WHERE c < 10000),"
      " days (t) AS (SELECT {} UNION ALL SELECT t + 1 FROM days WHERE t < {})"
      " INSERT INTO visit_daily (code, day, humans, bots) SELECT 'c' || c, t, n, n / 10 FROM (SELECT c, t,"
      " CASE WHEN c <= 2800 THEN 2800 / c WHEN t * 7919 % c < 2800 THEN 1 ELSE 0 END AS n"
      " FROM days CROSS JOIN codes) AS visits WHERE n > 0 ORDER BY t;"
      "INSERT INTO visit_all_daily (day{}, humans, bots)"
      " SELECT day{}, sum(humans), sum(bots) FROM visit_daily GROUP BY day;",
      kFirst, kToday, *shard == '\0' ? "" : ", shard", shard);
}

class Database {
 public:
  virtual ~Database() = default;
  [[nodiscard]] virtual visits::VisitStore& visits() = 0;
};

class Postgres final : public Database {
 public:
  explicit Postgres(bool analysed) {
    const std::string name = options_.url.substr(options_.url.rfind('/') + 1);
    server_.ask(filling(", 0"), name);
    if (analysed) server_.ask("ANALYZE", name);
  }
  [[nodiscard]] visits::VisitStore& visits() override { return store_->visits(); }

 private:
  test::PostgresServer& server_ = test::PostgresServer::shared();
  curt::store::PostgresOptions options_{.url = server_.fresh_schema(), .pool_size = 1};
  curt::SystemClock clock_;
  curt::Metrics metrics_;
  std::unique_ptr<curt::store::PostgresStore> store_ =
      curt::store::open_postgres_store(options_, clock_, metrics_).value();
};

class Sqlite final : public Database {
 public:
  Sqlite() { SQLite::Database{options_.path.string(), SQLite::OPEN_READWRITE}.exec(filling("")); }
  [[nodiscard]] visits::VisitStore& visits() override { return store_->visits(); }

 private:
  test::TempFolder folder_;
  curt::store::SqliteOptions options_{.path = folder_.path() / "curt.db"};
  curt::Metrics metrics_;
  std::unique_ptr<curt::store::Store> store_ = curt::store::open_sqlite_store(options_, metrics_).value();
};

void measure(benchmark::State& state, Database& database, visits::HourRange range) {
  for (auto _ : state) {
    curt::Call call = long_call();
    if (require(test::run(database.visits().top(call, range, 10, std::nullopt))).size() != 10) {
      state.SkipWithError("the figures are wrong");
      return;
    }
  }
}

template <class Make>
void before_maintenance(benchmark::State& state, Make make) {
  const std::unique_ptr<Database> database = make();
  measure(state, *database, kUnaligned);
}

template <class Make>
void after_maintenance(benchmark::State& state, Make make, visits::HourRange range) {
  const std::unique_ptr<Database> database = make();
  const auto before = std::chrono::steady_clock::now();
  curt::Call call = long_call();
  const auto report =
      require(test::run(database->visits().maintain(call, {}, curt::Timestamp{std::chrono::days{kToday}})));
  const auto took = std::chrono::steady_clock::now() - before;
  measure(state, *database, range);
  state.counters["periods"] = static_cast<double>(report.periods_summed);
  state.counters["maintenance_ms"] = std::chrono::duration<double, std::milli>(took).count();
}

const auto kPostgres = [] { return std::make_unique<Postgres>(true); };
const auto kPostgresUnanalysed = [] { return std::make_unique<Postgres>(false); };
const auto kSqlite = [] { return std::make_unique<Sqlite>(); };

#define CURT_BENCHMARK_TOP(make)                                           \
  BENCHMARK_CAPTURE(before_maintenance, make, make)                        \
      ->Iterations(5)                                                      \
      ->UseRealTime()                                                      \
      ->Unit(benchmark::kMillisecond);                                     \
  BENCHMARK_CAPTURE(after_maintenance, make##_aligned, make, kAligned)     \
      ->Iterations(20)                                                     \
      ->UseRealTime()                                                      \
      ->Unit(benchmark::kMillisecond);                                     \
  BENCHMARK_CAPTURE(after_maintenance, make##_unaligned, make, kUnaligned) \
      ->Iterations(20)                                                     \
      ->UseRealTime()                                                      \
      ->Unit(benchmark::kMillisecond)

CURT_BENCHMARK_TOP(kPostgres);
CURT_BENCHMARK_TOP(kPostgresUnanalysed);
CURT_BENCHMARK_TOP(kSqlite);

}  // namespace

BENCHMARK_MAIN();
