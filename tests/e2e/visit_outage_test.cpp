#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/visit_cluster.hpp"
#include "support/eventually.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<std::chrono::nanoseconds>;

constexpr int kLinks = 1'000;
constexpr auto kPace = 2ms;  ///< between two times kPipelined requests

/// Seconds of the outage: CURT_TEST_OUTAGE_SECONDS, for whoever wants to see a long one.
std::chrono::seconds outage() {
  const char* text = std::getenv("CURT_TEST_OUTAGE_SECONDS");          // NOLINT(concurrency-mt-unsafe)
  return std::chrono::seconds{text != nullptr ? std::atoi(text) : 5};  // NOLINT(cert-err34-c)
}

/// Visits at a steady pace; how long each of the visits took.
Times visit_for(VisitClient& client, std::chrono::seconds time) {
  Times times;
  auto next = std::chrono::steady_clock::now();
  const auto end = next + time;
  while (next < end) {
    if (const auto took = client.visit_some()) times.push_back(*took);
    next += kPace;
    std::this_thread::sleep_until(next);
  }
  return times;
}

double p99_milliseconds(Times times) {
  if (times.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
  std::nth_element(times.begin(), at, times.end());
  return std::chrono::duration<double, std::milli>(*at).count();
}

TEST(Visits, WaitInTheSpoolWhileRedisAndPostgresAreAwayAndAreCountedOnceAfterwards) {
  VisitCluster cluster{kLinks};
  CurtProcess& curt = cluster.start();
  cluster.start_worker();
  VisitClient client{[&] { return curt.port(); }, kLinks, 1, 20};
  const auto cached = [&] {
    const auto& answered = client.book().answered;
    return std::find(answered.begin(), answered.end(), 0U) == answered.end();
  };
  while (!cached()) static_cast<void>(client.visit_some());
  const std::uint64_t warm_up_wrong = client.book().wrong;
  const double before = p99_milliseconds(visit_for(client, outage()));
  ASSERT_TRUE(cluster.await_persisted(client.book().all_answered()));
  const std::string spool = "curt_visit_spool_bytes";
  const double spool_before = curt.metric(spool);

  cluster.redis.kill();
  cluster.postgres.kill();
  const double meanwhile = p99_milliseconds(visit_for(client, outage()));
  const double spool_meanwhile = curt.metric(spool);
  cluster.postgres.start();
  cluster.redis.start();

  ASSERT_TRUE(cluster.await_persisted(client.book().all_answered()));
  EXPECT_TRUE(eventually([&] { return curt.metric(spool) <= spool_before; }));
  fmt::print(
      "p99 of 20 redirects: {:.2f} ms before, {:.2f} ms in {} s without Redis and Postgres; spool {:.0f}, "
      "{:.0f}, "
      "{:.0f} bytes\n",
      before, meanwhile, outage().count(), spool_before, spool_meanwhile, curt.metric(spool));
  EXPECT_GT(spool_meanwhile, spool_before);
  EXPECT_EQ(client.book().wrong, warm_up_wrong) << "cached codes are served all the while";
  EXPECT_EQ(cluster.totals(), client.book().answered);
  EXPECT_TRUE(cluster.stop_all());
}

}  // namespace
}  // namespace curt::test
