#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/visit_cluster.hpp"
#include "support/eventually.hpp"
#include "support/patience.hpp"

namespace curt::test {
namespace {

constexpr int kLinks = 10'000;
constexpr std::uint64_t kRedirects = 1'000'000;

/// Clients that visit until they are told to stop, one a thread.
class Visitors {
 public:
  explicit Visitors(std::vector<std::function<std::uint16_t()>> ports, int links, int pipelined = 50)
      : book_(links) {
    for (std::size_t i = 0; i < ports.size(); ++i) {
      clients_.emplace_back(ports[i], links, static_cast<unsigned>(i + 1), pipelined);
    }
    for (VisitClient& client : clients_) {
      threads_.emplace_back([this, &client](const std::stop_token& stop) {
        std::uint64_t before = 0;
        while (!stop.stop_requested()) {
          static_cast<void>(client.visit_some());
          const std::uint64_t now = client.book().all_answered();
          answered_ += now - before;
          before = now;
        }
      });
    }
  }

  [[nodiscard]] std::uint64_t answered() const noexcept { return answered_; }

  /// Whether so many more are answered.
  [[nodiscard]] bool go_on(std::uint64_t more) const {
    return eventually([this, goal = answered_ + more] { return answered_ >= goal; },
                      patience(std::chrono::minutes{10}));
  }

  /// Ends them; the books together.
  VisitBook stop() {
    threads_.clear();
    for (const VisitClient& client : clients_) book_.add(client.book());
    return book_;
  }

 private:
  VisitBook book_;
  std::atomic<std::uint64_t> answered_{0};
  std::vector<VisitClient> clients_;
  std::vector<std::jthread> threads_;
};

TEST(Visits, OfAMillionRedirectsThroughTwoInstancesAndTwoWorkersEachIsCountedOnce) {
  VisitCluster cluster{kLinks};
  cluster.start();
  cluster.start();
  cluster.start_worker();
  cluster.start_worker();
  Visitors visitors{{[&] { return cluster[0].port(); }, [&] { return cluster[1].port(); }}, kLinks};
  ASSERT_TRUE(visitors.go_on(kRedirects));
  const VisitBook book = visitors.stop();
  EXPECT_EQ(book.wrong, 0U);
  EXPECT_EQ(book.all_uncertain(), 0U);
  ASSERT_TRUE(cluster.await_persisted(book.all_answered()));
  EXPECT_EQ(cluster.completeness().at("dropped"), 0);
  EXPECT_EQ(cluster.totals(), book.answered);
  EXPECT_TRUE(cluster.stop_all());
}

TEST(Visits, AreCountedOnceWhileWorkersInstancesRedisAndPostgresAreKilled) {
  VisitCluster cluster{kLinks};
  cluster.start();
  cluster.start();
  cluster.start_worker();
  cluster.start_worker();
  std::atomic<std::uint16_t> second{cluster[1].port()};
  Visitors visitors{{[&] { return cluster[0].port(); }, [&] { return second.load(); }}, kLinks, 20};
  ASSERT_TRUE(visitors.go_on(50'000));

  cluster.worker(0).send_signal(SIGKILL);
  EXPECT_EQ(cluster.worker(0).wait(), 128 + SIGKILL);
  ASSERT_TRUE(visitors.go_on(50'000));

  // Its folder is adopted by the first, or by the one that is started in its place.
  cluster[1].process().send_signal(SIGKILL);
  EXPECT_EQ(cluster[1].process().wait(), 128 + SIGKILL);
  ASSERT_TRUE(visitors.go_on(20'000));
  second = cluster.start().port();
  ASSERT_TRUE(visitors.go_on(50'000));

  cluster.redis.kill();
  ASSERT_TRUE(visitors.go_on(20'000));
  cluster.redis.start();
  ASSERT_TRUE(visitors.go_on(50'000));

  cluster.postgres.kill();
  ASSERT_TRUE(visitors.go_on(20'000));
  cluster.postgres.start();
  ASSERT_TRUE(visitors.go_on(50'000));

  const VisitBook book = visitors.stop();
  ASSERT_TRUE(cluster.await_persisted(book.all_answered()));
  expect_counted(book, cluster.totals());
  EXPECT_EQ(cluster.completeness().at("dropped"), 0);
  EXPECT_EQ(cluster.completeness().at("unaccounted"), 0);
}

TEST(Visits, AnInstanceThatStopsLeavesNothingBehind) {
  VisitCluster cluster{100};
  cluster.start();
  cluster.start();
  cluster.start_worker();
  Visitors visitors{{[&] { return cluster[0].port(); }}, 100};
  ASSERT_TRUE(visitors.go_on(20'000));
  const VisitBook book = visitors.stop();
  EXPECT_EQ(cluster[0].stop(), 0);
  ASSERT_TRUE(cluster.await_persisted(book.all_answered(), 1));
  EXPECT_EQ(cluster.totals(1), book.answered);
  int folders = 0;
  for (const auto& entry : std::filesystem::directory_iterator{cluster.folder.path() / "data" / "visits"}) {
    folders += entry.is_directory() ? 1 : 0;
  }
  EXPECT_EQ(folders, 1) << "that of the instance which runs";
  const auto workers = [&] {
    return cluster.redis.command({"XINFO", "CONSUMERS", "curt:visits", "curt"}).list;
  };
  EXPECT_EQ(workers().size(), 1U);
  EXPECT_TRUE(cluster.stop_all());
  EXPECT_EQ(workers().size(), 0U) << "names in the stream's group";
}

}  // namespace
}  // namespace curt::test
