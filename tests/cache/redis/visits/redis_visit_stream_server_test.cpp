#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "curt/cache/redis/visits/redis_visit_stream.hpp"

#include "support/cache/redis_client_fixture.hpp"

namespace curt::cache {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using visits::EncodedBatch;
using visits::StreamEntry;

EncodedBatch batch(std::string counts, std::string details = {}) {
  EncodedBatch made;
  made.encoded_counts = std::move(counts);
  made.encoded_details = std::move(details);
  return made;
}

std::vector<std::string> counts_of(const std::vector<StreamEntry>& entries) {
  std::vector<std::string> all;
  for (const StreamEntry& entry : entries) all.push_back(entry.encoded_counts);
  return all;
}

std::vector<std::string> names_of(const std::vector<StreamEntry>& entries) {
  std::vector<std::string> all;
  for (const StreamEntry& entry : entries) all.push_back(entry.entry);
  return all;
}

/// Long enough that nothing counts as abandoned.
constexpr auto kNever = 1h;

class RedisVisitStreamTest : public testing::Test {
 protected:
  /// Each core has its connection then.
  void SetUp() override {
    for (std::size_t core = 0; core < kCores; ++core) {
      ASSERT_TRUE(test::eventually([&] { return client_.cores().run(core, stream_.length()).has_value(); }));
    }
  }

  std::optional<std::string> append(std::string counts, std::string details = {}) {
    return run(stream_.append(batch(std::move(counts), std::move(details))));
  }
  std::optional<std::vector<StreamEntry>> take(std::string worker, std::size_t limit = 16,
                                               std::chrono::milliseconds abandoned_after = kNever) {
    return run(stream_.take(std::move(worker), limit, abandoned_after));
  }
  std::uint64_t length() { return run(stream_.length()).value().entries; }
  RedisVisitStream::Lag lag() { return run(stream_.lag()).value(); }

  template <class T>
  T run(awaitable<T> task) {
    return client_.cores().run(0, std::move(task));
  }

  static constexpr std::size_t kCores = 4;

  test::RedisServer server_;
  Client client_{kCores, visit_stream_options(test::patient_options(server_))};
  RedisVisitStream stream_{*client_};
};

TEST_F(RedisVisitStreamTest, GivesEntriesInTheirOrderWithEveryByte) {
  const std::string bytes{"\r\n\0\xff$3 c", 8};
  ASSERT_TRUE(append("one"));
  ASSERT_TRUE(append(bytes, bytes + bytes));
  ASSERT_TRUE(append("three"));
  EXPECT_EQ(length(), 3U);
  const auto first = take("a", 2).value();
  ASSERT_THAT(counts_of(first), ElementsAre("one", bytes));
  EXPECT_EQ(first[0].encoded_details, "");
  EXPECT_EQ(first[1].encoded_details, bytes + bytes);
  EXPECT_EQ(first[0].deliveries, 1U);
  EXPECT_THAT(counts_of(take("b").value()), ElementsAre("three"));
  EXPECT_THAT(take("a").value(), IsEmpty());
  EXPECT_EQ(length(), 3U) << "none is finished";
}

TEST_F(RedisVisitStreamTest, AFinishedEntryIsGone) {
  const std::string one = append("one").value();
  const std::string two = append("two").value();
  ASSERT_THAT(take("a").value(), SizeIs(2));
  EXPECT_EQ(lag().taken, 2U);
  std::vector<std::string> finished{one};
  EXPECT_TRUE(run(stream_.finish(finished)));
  EXPECT_TRUE(run(stream_.finish(finished))) << "once more does no harm";
  std::vector<std::string> both{one, two, "1-1"};
  EXPECT_THAT(run(stream_.present(both)).value(), ElementsAre(false, true, false));
  EXPECT_EQ(length(), 1U);
  EXPECT_EQ(lag().taken, 1U);
  EXPECT_EQ(lag().waiting, 0U);
}

TEST_F(RedisVisitStreamTest, NothingToNameIsNothingToDo) {
  EXPECT_TRUE(run(stream_.finish({})));
  EXPECT_THAT(run(stream_.present({})).value(), IsEmpty());
  EXPECT_EQ(length(), 0U);
  EXPECT_EQ(lag().waiting, 0U);
  EXPECT_THAT(take("a").value(), IsEmpty());
}

TEST_F(RedisVisitStreamTest, NamesMoreEntriesThanOneCommandTakes) {
  std::vector<std::string> names;
  for (int i = 0; i < 150; ++i) names.push_back(append(std::to_string(i)).value());
  std::vector<std::string> copy = names;
  EXPECT_THAT(run(stream_.present(copy)).value(), testing::Each(true));
  copy = names;
  EXPECT_TRUE(run(stream_.finish(copy)));
  const auto there = run(stream_.present(names)).value();
  EXPECT_THAT(there, SizeIs(150));
  EXPECT_THAT(there, testing::Each(false));
}

TEST_F(RedisVisitStreamTest, WorkersShareTheEntriesAndNoneGetsWhatAnotherHas) {
  constexpr int kEntries = 400;
  for (int i = 0; i < kEntries; ++i) ASSERT_TRUE(append(std::to_string(i)));
  std::mutex mutex;
  std::multiset<std::string> seen;
  const auto work = [&](std::string worker) -> awaitable<void> {
    for (;;) {
      const auto entries = co_await stream_.take(worker, 7, kNever);
      if (!entries || entries->empty()) break;
      {
        const std::lock_guard lock{mutex};
        for (const StreamEntry& entry : *entries) seen.insert(entry.encoded_counts);
      }
      const bool done = co_await stream_.finish(names_of(*entries));
      EXPECT_TRUE(done);
    }
  };
  std::vector<std::future<void>> workers;
  for (std::size_t core = 0; core < kCores; ++core) {
    workers.push_back(client_.cores().spawn(core, work(fmt::format("worker-{}", core))));
  }
  for (auto& worker : workers) worker.get();
  EXPECT_EQ(seen.size(), std::size_t{kEntries});
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), std::size_t{kEntries});
  EXPECT_EQ(length(), 0U);
}

TEST_F(RedisVisitStreamTest, AnAbandonedEntryGoesToAnotherWorkerBeforeNewOnes) {
  ASSERT_TRUE(append("old 1"));
  ASSERT_TRUE(append("old 2"));
  ASSERT_THAT(take("a").value(), SizeIs(2));
  ASSERT_TRUE(append("new"));
  EXPECT_THAT(take("b", 0).value(), IsEmpty());
  const auto taken = take("b", 16, 0ms).value();
  ASSERT_THAT(counts_of(taken), ElementsAre("old 1", "old 2", "new"));
  EXPECT_EQ(taken[0].deliveries, 2U);
  EXPECT_EQ(taken[2].deliveries, 1U);
  EXPECT_THAT(take("a").value(), IsEmpty()) << "they are the other's now";
  const auto again = take("c", 2, 0ms).value();
  ASSERT_THAT(counts_of(again), ElementsAre("old 1", "old 2"));
  EXPECT_EQ(again[1].deliveries, 3U);
  EXPECT_EQ(lag().taken, 3U);
}

TEST_F(RedisVisitStreamTest, WhatWasDeletedWhileItWasTakenIsNobodysAnyMore) {
  const std::string gone = append("gone").value();
  ASSERT_TRUE(append("there"));
  ASSERT_THAT(take("a").value(), SizeIs(2));
  (void)server_.command({"XDEL", "curt:visits", gone});
  EXPECT_THAT(counts_of(take("b", 16, 0ms).value()), ElementsAre("there"));
  EXPECT_EQ(server_.command({"XPENDING", "curt:visits", "curt"}).list.at(0).integer, 1);
}

TEST_F(RedisVisitStreamTest, ABuriedEntryIsPutAsideWithTheReason) {
  ASSERT_TRUE(append("bad", "details"));
  ASSERT_THAT(take("a").value(), SizeIs(1));
  const StreamEntry entry = take("a", 1, 0ms).value().at(0);
  EXPECT_TRUE(run(stream_.bury(entry, "the checksum is wrong")));
  EXPECT_TRUE(run(stream_.bury(entry, "once more"))) << "the answer may have been lost";
  EXPECT_EQ(length(), 0U);
  EXPECT_EQ(lag().taken, 0U);
  EXPECT_EQ(lag().buried, 1U);
  const RedisReply dead = server_.command({"XRANGE", "curt:visits:dead", "-", "+"});
  std::vector<std::string> fields;
  for (const RedisReply& field : dead.list.at(0).list.at(1).list) fields.push_back(field.text);
  EXPECT_THAT(fields, ElementsAre("reason", "the checksum is wrong", "entry", entry.entry, "deliveries", "2",
                                  "c", "bad", "d", "details"));
}

TEST_F(RedisVisitStreamTest, OnlySoManyAreKeptAside) {
  for (std::size_t i = 0; i < RedisVisitStream::kMostDead + 300; ++i) {
    StreamEntry entry{append("bad").value(), "bad", {}, 1};
    ASSERT_TRUE(run(stream_.bury(std::move(entry), "a reason")));
  }
  EXPECT_GE(lag().buried, RedisVisitStream::kMostDead);
  EXPECT_LT(lag().buried, RedisVisitStream::kMostDead + 200);
}

TEST_F(RedisVisitStreamTest, EntriesFromBeforeTheGroupAreGivenToo) {
  (void)server_.command({"XADD", "curt:visits", "*", "c", "early"});
  EXPECT_EQ(lag().waiting, 1U);
  EXPECT_THAT(counts_of(take("a").value()), ElementsAre("early"));
  (void)server_.command({"XGROUP", "DESTROY", "curt:visits", "curt"});
  ASSERT_TRUE(append("late"));
  EXPECT_THAT(counts_of(take("a").value()), ElementsAre("early", "late")) << "nobody knows who had it";
}

TEST_F(RedisVisitStreamTest, WhatSomebodyElseWroteIsGivenAsFarAsItGoes) {
  (void)server_.command({"XADD", "curt:visits", "*", "x", "y"});
  const auto taken = take("a").value();
  ASSERT_THAT(taken, SizeIs(1));
  EXPECT_EQ(taken[0].encoded_counts, "");
  EXPECT_EQ(taken[0].encoded_details, "");
}

TEST_F(RedisVisitStreamTest, AServerThatComesBackEmptyIsUsedFromTheBeginning) {
  const std::string lost = append("lost").value();
  ASSERT_THAT(take("a").value(), SizeIs(1));
  server_.kill();
  server_.start();
  ASSERT_TRUE(test::eventually([&] { return run(stream_.length()).has_value(); }));
  std::vector<std::string> old{lost};
  EXPECT_THAT(run(stream_.present(old)).value(), ElementsAre(false));
  EXPECT_TRUE(run(stream_.finish(old)));
  EXPECT_THAT(take("a").value(), IsEmpty());
  ASSERT_TRUE(append("new"));
  EXPECT_THAT(counts_of(take("a").value()), ElementsAre("new"));
}

TEST_F(RedisVisitStreamTest, AServerThatIsAwayAnswersNothing) {
  const std::string entry = append("one").value();
  server_.kill();
  EXPECT_FALSE(append("two"));
  EXPECT_FALSE(run(stream_.length()));
  std::vector<std::string> entries{entry};
  EXPECT_FALSE(run(stream_.present(entries)));
  EXPECT_FALSE(take("a"));
  EXPECT_FALSE(run(stream_.finish(entries)));
  EXPECT_FALSE(run(stream_.bury(StreamEntry{entry, "c", {}, 1}, "a reason")));
  EXPECT_FALSE(run(stream_.lag()));
}

TEST_F(RedisVisitStreamTest, AServerThatRefusesAnswersNothing) {
  (void)server_.command({"SET", "curt:visits", "somebody else's"});
  EXPECT_FALSE(append("one"));
  EXPECT_FALSE(take("a"));
  std::vector<std::string> entries{"1-1"};
  EXPECT_FALSE(run(stream_.finish(entries)));
  (void)server_.command({"DEL", "curt:visits"});
  EXPECT_TRUE(append("one"));
}

TEST_F(RedisVisitStreamTest, TakesAsManyLargeBatchesAsItIsAskedFor) {
  std::vector<std::string> sent;
  for (int i = 0; i < 16; ++i) {
    std::string details(300 * 1024, static_cast<char>(i));
    ASSERT_TRUE(append(std::to_string(i), details));
    sent.push_back(std::move(details));
  }
  const auto taken = take("a").value();
  ASSERT_THAT(taken, SizeIs(16));
  for (std::size_t i = 0; i < taken.size(); ++i) EXPECT_TRUE(taken[i].encoded_details == sent[i]) << i;
  EXPECT_THAT(take("b", 16, 0ms).value(), SizeIs(16)) << "abandoned ones too";
  EXPECT_TRUE(client_->reachability().up);
}

TEST_F(RedisVisitStreamTest, NeverTakesMoreThanFitsIntoAnAnswer) {
  for (std::size_t i = 0; i < RedisVisitStream::kMostTaken + 6; ++i) ASSERT_TRUE(append("x"));
  EXPECT_THAT(take("a", 1000).value(), SizeIs(RedisVisitStream::kMostTaken));
  EXPECT_THAT(take("a", 1000).value(), SizeIs(6));
}

TEST_F(RedisVisitStreamTest, CountsApartFromTheCachesClient) {
  ASSERT_TRUE(append("one"));
  EXPECT_EQ(client_.metric("curt_dependency_up{dependency=\"redis_visits\"}"), "1");
  EXPECT_EQ(client_.metric("curt_redis_in_flight{client=\"visits\"}"), "0");
  EXPECT_NE(client_.metric("curt_redis_commands_total{command=\"other\",result=\"ok\",client=\"visits\"}"),
            "");
}

}  // namespace
}  // namespace curt::cache
