#include <chrono>
#include <cstdint>
#include <future>
#include <initializer_list>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "curt/cache/redis/connection/redis_client.hpp"

#include "support/cache/redis_client_fixture.hpp"
#include "support/manual_clock.hpp"

namespace curt::cache {
namespace {

/// Three cores, each with its connection.
class RedisClientEach : public testing::Test {
 protected:
  explicit RedisClientEach(std::chrono::milliseconds timeout = test::patience(), const Clock* clock = nullptr)
      : client_(3, options(timeout), clock) {}
  void SetUp() override {
    ASSERT_TRUE(test::eventually([&] { return client_->connects() == 3; }));
  }
  void TearDown() override { go_on(); }

  std::vector<ConnectionReply> ask_each(std::initializer_list<std::string_view> words) {
    RedisCommand command = make_command(RedisVerb::other, words);
    return test::run(client_->ask_each(std::move(command), Deadline::in(test::patience())));
  }

  /// The core does nothing else until go_on().
  void stop_core(std::size_t core) { stopped_ = client_.cores().spawn(core, block(going_on_)); }
  void go_on() {
    if (!stopped_.valid()) return;
    go_on_.set_value();
    stopped_.get();
  }

  test::RedisServer server_;
  Client client_;

 private:
  RedisOptions options(std::chrono::milliseconds timeout) const {
    RedisOptions options = test::patient_options(server_);
    options.timeout = timeout;
    return options;
  }
  static awaitable<void> block(std::shared_future<void> end) {
    end.wait();
    co_return;
  }

  std::promise<void> go_on_;
  std::shared_future<void> going_on_{go_on_.get_future()};
  std::future<void> stopped_;
};

TEST_F(RedisClientEach, HasItsOwnConnectionAnswer) {
  std::set<std::int64_t> all;
  for (const ConnectionReply& one : ask_each({"CLIENT", "ID"})) {
    EXPECT_TRUE(one.connected);
    ASSERT_TRUE(one.reply);
    all.insert(one.reply->integer);
  }
  EXPECT_EQ(all.size(), 3U);
  client_.stop();
  EXPECT_TRUE(ask_each({"CLIENT", "ID"}).empty());
}

TEST_F(RedisClientEach, IsAskedAtOnce) {
  stop_core(0);
  std::vector<ConnectionReply> replies;
  std::future<void> asked = std::async(std::launch::async, [&] { replies = ask_each({"INCR", "asked"}); });
  EXPECT_TRUE(test::eventually([&] { return server_.command({"GET", "asked"}).text == "2"; }))
      << "two answer while one is busy";
  go_on();
  asked.get();
  ASSERT_EQ(replies.size(), 3U);
  for (const ConnectionReply& one : replies) EXPECT_TRUE(one.reply);
}

class RedisClientEachInShortTime : public RedisClientEach {
 protected:
  RedisClientEachInShortTime() : RedisClientEach(std::chrono::milliseconds{300}) {}
};

TEST_F(RedisClientEachInShortTime, IsNotWaitedForWhereItsThreadHasStopped) {
  stop_core(1);
  const std::vector<ConnectionReply> replies = ask_each({"PING"});
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_FALSE(replies[1].reply);
  EXPECT_TRUE(replies[1].connected) << "it may be";
  go_on();
  EXPECT_TRUE(test::eventually([&] { return ask_each({"PING"})[1].reply.has_value(); }))
      << "a late answer harms nothing";
}

/// By a clock that the test steers.
class RedisClientEachLeftAlone : public RedisClientEach {
 protected:
  RedisClientEachLeftAlone() : RedisClientEach(kTimeout, &clock) {}

  [[nodiscard]] bool is_left_alone() const {
    return client_.metric(R"(curt_circuit_breaker_open{dependency="redis"})") == "1";
  }

  static constexpr std::chrono::milliseconds kTimeout{300};
  inline static test::ManualClock clock{Timestamp{std::chrono::seconds{1}}};
};

TEST_F(RedisClientEachLeftAlone, IsTakenForOpenUntilItHasEnded) {
  stop_core(1);  // whose connection does not end so far
  server_.pause();
  for (int i = 0; i < 6 && !is_left_alone(); ++i) {
    clock.advance(kTimeout);
    EXPECT_FALSE(client_.cores().run(0, client_.get("key")));
  }
  ASSERT_TRUE(is_left_alone());
  std::optional<std::vector<ConnectionReply>> replies;
  RedisCommand command = make_command(RedisVerb::other, {"PING"});
  auto asked = client_.cores().spawn(
      0, test::keep(client_->ask_each(std::move(command), Deadline::in(test::patience())), replies));
  EXPECT_FALSE(client_.cores().run(0, client_.get("key"))) << "all have been asked by now";
  go_on();
  asked.get();
  ASSERT_EQ(replies->size(), 3U);
  EXPECT_TRUE(replies->at(1).connected);
  EXPECT_FALSE(replies->at(1).reply);
}

TEST_F(RedisClientEach, SaysWhichOnesAreNotOpen) {
  server_.kill();
  EXPECT_TRUE(test::eventually([&] {
    for (const ConnectionReply& one : ask_each({"PING"})) {
      if (one.connected || one.reply) return false;
    }
    return true;
  }));
}

}  // namespace
}  // namespace curt::cache
