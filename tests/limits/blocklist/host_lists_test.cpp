#include "curt/limits/blocklist/host_lists.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace curt::limits {
namespace {

ListedHosts lists(const std::vector<std::string>& blocked, const std::vector<std::string>& allowed = {},
                  Unlisted unlisted = Unlisted::allowed) {
  ListedHosts hosts;
  for (const std::string& host : blocked) hosts.blocked.add(host, Reach::below);
  for (const std::string& host : allowed) hosts.allowed.add(host, Reach::below);
  hosts.unlisted = unlisted;
  return hosts;
}

class Lists : public ::testing::Test {
 protected:
  Metrics metrics_;
  HostLists lists_{metrics_};
};

TEST_F(Lists, BlockNothingBeforeThereAreAny) {
  const VerdictMemo memo;
  EXPECT_FALSE(lists_.are_set());
  EXPECT_FALSE(lists_.block("https://evil.example/", memo));
  EXPECT_EQ(lists_.current(), nullptr);
}

TEST_F(Lists, BlockWhatIsListedAndNotAllowed) {
  const ListedHosts hosts = lists({"evil.example", "com"}, {"good.evil.example", "example.com"});
  EXPECT_TRUE(hosts.block("evil.example"));
  EXPECT_TRUE(hosts.block("bad.evil.example."));
  EXPECT_FALSE(hosts.block("www.good.evil.example"));
  EXPECT_FALSE(hosts.block("example.com"));
  EXPECT_TRUE(hosts.block("example2.com"));
  EXPECT_FALSE(hosts.block("example.org"));
}

TEST_F(Lists, BlockAllThatIsNotAllowedWhereOnlyThatIsWanted) {
  const ListedHosts hosts = lists({"evil.example"}, {"example"}, Unlisted::blocked);
  EXPECT_FALSE(hosts.block("evil.example")) << "what is allowed outranks what is blocked";
  EXPECT_TRUE(hosts.block("example.org"));
}

TEST_F(Lists, JudgeALinkOnceForEachGeneration) {
  const VerdictMemo memo;
  lists_.publish(lists({"evil.example"}));
  EXPECT_TRUE(lists_.block("https://user@www.evil.example:8080/path?q", memo));
  EXPECT_TRUE(lists_.block("https://good.example/", memo)) << "the memo answers, not the text";
  lists_.publish(lists({}));
  EXPECT_FALSE(lists_.block("https://www.evil.example/", memo));
  EXPECT_FALSE(lists_.block("https://evil.example/", memo));
  lists_.publish(lists({"good.example"}));
  EXPECT_TRUE(lists_.block("https://good.example/", memo));
}

TEST_F(Lists, KeepAVerdictInACopyOfTheMemo) {
  const VerdictMemo memo;
  lists_.publish(lists({"evil.example"}));
  EXPECT_TRUE(lists_.block("https://evil.example/", memo));
  const std::vector<VerdictMemo> copies(1, memo);
  EXPECT_TRUE(lists_.block("https://good.example/", copies.front()));
}

TEST_F(Lists, AreSharedByThoseWhoHoldThemWhenOthersCome) {
  lists_.publish(lists({"evil.example"}));
  const auto held = lists_.current();
  lists_.publish(lists({}));
  EXPECT_TRUE(held->block("evil.example"));
  EXPECT_FALSE(lists_.current()->block("evil.example"));
}

TEST_F(Lists, AreReplacedWhileThreadsReadThem) {
  constexpr int kReaders = 2;
  constexpr int kReplacements = 300;
  std::vector<net::io_context> contexts(kReaders + 1);
  std::vector<net::executor_work_guard<Executor>> guards;
  std::vector<Executor> readers;
  for (net::io_context& context : contexts) guards.emplace_back(context.get_executor());
  for (int i = 0; i < kReaders; ++i) readers.push_back(contexts[static_cast<std::size_t>(i)].get_executor());
  lists_.publish(lists({"always.example"}));
  lists_.read_on(readers, contexts.back().get_executor());
  std::atomic<bool> is_over{false};
  std::atomic<int> wrong{0};
  std::vector<std::function<void()>> rounds(kReaders);
  for (int i = 0; i < kReaders; ++i) {
    const auto at = static_cast<std::size_t>(i);
    rounds[at] = [&, at] {
      const VerdictMemo memo;
      const VerdictMemo other;
      if (!lists_.block("https://always.example/", memo)) ++wrong;
      if (lists_.block("https://free.example/", other)) ++wrong;
      if (!is_over) net::post(readers[at], rounds[at]);
    };
    net::post(readers[at], rounds[at]);
  }
  std::vector<std::thread> threads;
  for (net::io_context& context : contexts) threads.emplace_back([&context] { context.run(); });
  for (int i = 0; i < kReplacements; ++i) {
    lists_.publish(lists({"always.example", i % 2 == 0 ? "odd.example" : "even.example"}));
  }
  is_over = true;
  guards.clear();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  const VerdictMemo memo;
  EXPECT_TRUE(lists_.block("https://even.example/", memo));
}

}  // namespace
}  // namespace curt::limits
