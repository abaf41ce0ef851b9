#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"

namespace curt::test {
namespace {

constexpr int kCodes = 100'000;
constexpr int kRequests = 200'000;  // to each instance
constexpr int kPipelined = 200;

/// Ranks by Zipf's law with exponent 1: the popularity that links of campaigns have.
class Zipf {
 public:
  Zipf() {
    std::vector<double> weights;
    weights.reserve(kCodes);
    for (int rank = 1; rank <= kCodes; ++rank) weights.push_back(1.0 / rank);
    ranks_ = std::discrete_distribution<int>{weights.begin(), weights.end()};
  }
  int operator()(std::mt19937& random) { return ranks_(random); }

 private:
  std::discrete_distribution<int> ranks_;
};

/// Visits links by their popularity; how many answers were not the redirect to the right place.
int visit(std::uint16_t port, Zipf zipf, unsigned seed) {
  std::mt19937 random{seed};
  RawClient client{port};
  int wrong = 0;
  for (int sent = 0; sent < kRequests; sent += kPipelined) {
    std::vector<int> ranks;
    std::string requests;
    for (int i = 0; i < kPipelined; ++i) {
      ranks.push_back(zipf(random));
      requests += fmt::format("GET /z{} HTTP/1.1\r\nHost: localhost\r\n\r\n", ranks.back());
    }
    client.send(requests);
    for (const int rank : ranks) {
      const auto answer = client.read_response();
      if (!answer) return kRequests;
      if (answer->header("Location") != fmt::format("https://example.com/{}", rank)) ++wrong;
    }
  }
  return wrong;
}

double lookups(const CurtProcess& curt, const char* layer, const char* outcome) {
  const double value =
      curt.metric(fmt::format(R"(curt_cache_lookups_total{{layer="{}",result="{}"}})", layer, outcome));
  return std::isnan(value) ? 0 : value;
}

TEST(Layers, AnswerNearlyAllOfZipfsTrafficBeforeTheDatabase) {
  Cluster cluster;
  {
    std::ofstream file{cluster.folder.path() / "links.csv"};
    for (int i = 0; i < kCodes; ++i) file << "z" << i << ",https://example.com/" << i << '\n';
  }
  const Finished import = cluster.run_curt({"import", "links.csv"});
  ASSERT_EQ(import.status, 0) << import.err;
  fmt::print("{}", import.out);
  // As after a restart of Redis: what the import told it is gone.
  static_cast<void>(cluster.redis.command({"FLUSHALL"}));
  cluster.start();
  cluster.start();
  ASSERT_TRUE(eventually([&] {
    return cluster[0].metric("curt_dependency_up{dependency=\"redis\"}") == 1 &&
           cluster[1].metric("curt_dependency_up{dependency=\"redis\"}") == 1;
  }));
  std::vector<int> wrong(2);
  {
    const Zipf zipf;
    std::vector<std::jthread> clients;
    for (unsigned i = 0; i < 2; ++i) {
      clients.emplace_back([&, i] { wrong[i] = visit(cluster[i].port(), zipf, i); });
    }
  }
  EXPECT_EQ(wrong, (std::vector<int>{0, 0}));

  double local = 0;
  double redis = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    local += lookups(cluster[i], "local", "hit");
    redis += lookups(cluster[i], "redis", "hit");
  }
  constexpr double kAll = 2.0 * kRequests;
  fmt::print(
      "of {} redirects over {} codes by 2 instances: {:.2f} % from memory, {:.2f} % from Redis, {:.2f} % "
      "else\n",
      kAll, kCodes, 100 * local / kAll, 100 * redis / kAll, 100 * (1 - (local + redis) / kAll));
  EXPECT_GT((local + redis) / kAll, 0.70);
}

}  // namespace
}  // namespace curt::test
