#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/patience.hpp"
#include "support/zipf.hpp"

namespace curt::test {
namespace {

constexpr int kCodes = 100'000;
constexpr int kPipelined = 200;
constexpr double kShare = 0.95;  ///< of redirects that need no database

/// Visits links by their popularity; how many answers were not the redirect to the right place.
int visit(std::uint16_t port, Zipf zipf, unsigned seed, int requests) {
  std::mt19937 random{seed};
  RawClient client{port};
  int wrong = 0;
  for (int sent = 0; sent < requests; sent += kPipelined) {
    std::vector<int> ranks;
    std::string bytes;
    for (int i = 0; i < kPipelined; ++i) {
      ranks.push_back(zipf(random));
      bytes += fmt::format("GET /z{} HTTP/1.1\r\nHost: localhost\r\n\r\n", ranks.back());
    }
    client.send(bytes);
    for (const int rank : ranks) {
      const auto answer = client.read_response();
      if (!answer) return requests;
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

/// Two instances over kCodes links, visited `requests` times each: the share of redirects that did not ask
/// the database.
double share_of_caches(Cluster& cluster, int requests, const std::function<bool(CurtProcess&)>& is_ready) {
  cluster.start();
  cluster.start();
  const auto redis_is_up = [](const CurtProcess& curt) {
    return curt.metric("curt_dependency_up{dependency=\"redis\"}") == 1;
  };
  EXPECT_TRUE(eventually([&] { return redis_is_up(cluster[0]) && redis_is_up(cluster[1]); }));
  EXPECT_TRUE(is_ready(cluster[0]) && is_ready(cluster[1]));
  std::vector<int> wrong(2);
  {
    const Zipf zipf{kCodes};
    std::vector<std::jthread> clients;
    for (unsigned i = 0; i < 2; ++i) {
      clients.emplace_back([&, i] { wrong[i] = visit(cluster[i].port(), zipf, i, requests); });
    }
  }
  EXPECT_EQ(wrong, (std::vector<int>{0, 0}));

  double local = 0;
  double redis = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    local += lookups(cluster[i], "local", "hit");
    redis += lookups(cluster[i], "redis", "hit");
  }
  const double all = 2.0 * requests;
  fmt::print(
      "of {} redirects over {} codes by 2 instances: {:.2f} % from memory, {:.2f} % from Redis, {:.2f} % "
      "else\n",
      all, kCodes, 100 * local / all, 100 * redis / all, 100 * (1 - (local + redis) / all));
  const double share = (local + redis) / all;
  for (std::size_t i = 0; share <= kShare && i < 2; ++i) {
    fmt::print("what instance {} logged:\n{}\n", i, cluster[i].process().standard_output());
  }
  return share;
}

void import_links(const Cluster& cluster) {
  {
    std::ofstream file{cluster.folder.path() / "links.csv"};
    for (int i = 0; i < kCodes; ++i) file << "z" << i << ",https://example.com/" << i << '\n';
  }
  const Finished import = cluster.run_curt({"import", "links.csv"});
  ASSERT_EQ(import.status, 0) << import.err;
  fmt::print("{}", import.out);
}

/// Waits until an instance that has just started has found Redis to know of every change: until then it asks
/// the database first.
bool believes_redis(CurtProcess& curt) {
  return eventually([&] { return curt.metric("curt_cache_shared_first") == 1; },
                    patience(std::chrono::minutes{10}));
}

TEST(Layers, AnswerNearlyAllOfZipfsTrafficWhenTheyStartEmpty) {
  Cluster cluster;
  import_links(cluster);
  const auto is_empty = [&](CurtProcess& curt) {
    if (!believes_redis(curt)) return false;
    static_cast<void>(cluster.redis.command({"FLUSHALL"}));
    return true;
  };
  EXPECT_GT(share_of_caches(cluster, 1'250'000, is_empty), kShare);
}

}  // namespace
}  // namespace curt::test
