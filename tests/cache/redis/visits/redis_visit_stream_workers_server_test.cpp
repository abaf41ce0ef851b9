#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "curt/cache/redis/visits/redis_visit_stream.hpp"
#include "curt/visits/apply/worker.hpp"

#include "support/cache/redis_client_fixture.hpp"
#include "support/fakes/fake_visit_store.hpp"
#include "support/visits/quick_forwarding.hpp"
#include "support/visits/visit_batches.hpp"

// The names of workers that the server keeps.

namespace curt::cache {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class RedisVisitStreamWorkers : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(eventually([&] { return run(stream_.length()).has_value(); }));
  }

  void append(std::uint64_t batches = 1) {
    for (std::uint64_t i = 0; i < batches; ++i) {
      visits::EncodedBatch batch = encode(test::batch_of(test::epoch_of(1), 10 * next_++, 10));
      ASSERT_TRUE(run(stream_.append(std::move(batch))));
    }
  }
  std::vector<visits::StreamEntry> take(std::string worker, std::chrono::milliseconds abandoned_after = 1h) {
    return run(stream_.take(std::move(worker), 16, abandoned_after)).value();
  }
  /// Has this worker take a batch and finish it. One that never got anything has no name in some versions.
  void work(const char* worker) {
    append();
    const auto entries = take(worker);
    ASSERT_THAT(entries, SizeIs(1));
    std::vector<std::string> names{entries[0].entry};
    ASSERT_TRUE(run(stream_.finish(std::move(names))));
  }
  std::optional<std::uint64_t> forget_idle(std::chrono::milliseconds idle = 0ms) {
    return run(stream_.forget_idle(idle));
  }

  /// The names that the server has.
  std::vector<std::string> known() const {
    std::vector<std::string> names;
    for (const RedisReply& consumer : server_.command({"XINFO", "CONSUMERS", "curt:visits", "curt"}).list) {
      names.push_back(consumer.list.at(1).text);
    }
    return names;
  }

  template <class T>
  T run(awaitable<T> task) {
    return client_.cores().run(0, std::move(task));
  }

  test::RedisServer server_;
  Client client_{1, visit_stream_options(test::patient_options(server_))};
  RedisVisitStream stream_{*client_};
  std::uint64_t next_ = 0;
};

TEST_F(RedisVisitStreamWorkers, AreForgottenWhenTheyLeave) {
  work("a");
  work("b");
  ASSERT_THAT(known(), UnorderedElementsAre("a", "b"));
  EXPECT_TRUE(run(stream_.leave("a")));
  EXPECT_TRUE(run(stream_.leave("nobody")));
  EXPECT_THAT(known(), ElementsAre("b"));
  append();
  EXPECT_THAT(take("a"), SizeIs(1)) << "it may come back";
}

TEST_F(RedisVisitStreamWorkers, StayWhileTheyHaveEntries) {
  append(2);
  ASSERT_THAT(take("a"), SizeIs(2));
  EXPECT_TRUE(run(stream_.leave("a")));
  EXPECT_EQ(forget_idle(), 0U);
  EXPECT_THAT(known(), ElementsAre("a"));
  EXPECT_EQ(run(stream_.lag())->taken, 2U);
  EXPECT_THAT(take("b", 0ms), SizeIs(2)) << "nothing is lost";
  EXPECT_EQ(forget_idle(), 1U);
  EXPECT_THAT(known(), ElementsAre("b"));
  EXPECT_EQ(run(stream_.lag())->taken, 2U);
}

TEST_F(RedisVisitStreamWorkers, StayUntilTheyWereIdleForSoLong) {
  work("a");
  EXPECT_EQ(forget_idle(1h), 0U);
  EXPECT_THAT(known(), ElementsAre("a"));
  EXPECT_TRUE(eventually([&] { return forget_idle(20ms) == 1U; }));
  EXPECT_THAT(known(), IsEmpty());
}

TEST_F(RedisVisitStreamWorkers, AreNoneWhereThereIsNoStreamOrNoGroup) {
  EXPECT_EQ(forget_idle(), 0U);
  EXPECT_TRUE(run(stream_.leave("a")));
  append();
  EXPECT_EQ(forget_idle(), 0U);
  EXPECT_TRUE(run(stream_.leave("a")));
  server_.kill();
  EXPECT_FALSE(forget_idle());
  EXPECT_FALSE(run(stream_.leave("a")));
}

TEST_F(RedisVisitStreamWorkers, LeaveNoNameBehindHoweverOftenTheyStart) {
  constexpr std::uint64_t kStarts = 100;
  test::FakeVisitStore store;
  Metrics metrics;
  for (std::uint64_t i = 0; i < kStarts; ++i) {
    append();
    const std::string name = fmt::format("worker-{}", i);
    visits::Worker worker{stream_, store, metrics, client_.cores().executors()[0],
                          test::quick_work(name.c_str())};
    worker.start();
    ASSERT_TRUE(eventually([&] { return run(stream_.length())->entries == 0; }));
  }
  EXPECT_EQ(store.total(), 10 * kStarts);
  EXPECT_THAT(known(), IsEmpty());
}

TEST_F(RedisVisitStreamWorkers, AreForgottenByOthersOnceTheirEntriesWereTakenOver) {
  append(3);
  for (const char* name : {"killed-1", "killed-2", "killed-3"}) {
    ASSERT_THAT(run(stream_.take(name, 1, 1h)).value(), SizeIs(1));
  }
  test::FakeVisitStore store;
  Metrics metrics;
  visits::WorkerOptions options = test::quick_work("living");
  options.forget_every = 5ms;
  options.forget_after = 100ms;
  visits::Worker worker{stream_, store, metrics, client_.cores().executors()[0], options};
  worker.start();
  EXPECT_TRUE(eventually([&] { return known() == std::vector<std::string>{"living"}; }));
  EXPECT_EQ(store.total(), 30U);
  EXPECT_EQ(run(stream_.length())->entries, 0U);
}

}  // namespace
}  // namespace curt::cache
