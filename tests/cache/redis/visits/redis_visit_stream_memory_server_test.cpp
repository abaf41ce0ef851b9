#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/cache/redis/visits/redis_visit_stream.hpp"
#include "curt/visits/apply/worker.hpp"

#include "support/cache/redis_link_cache_fixture.hpp"
#include "support/captured_log.hpp"
#include "support/visits/forwarding_fixture.hpp"

// A server with little memory, in which the stream of visits leaves the links theirs.

namespace curt::cache {
namespace {

using namespace std::chrono_literals;
using test::eventually;

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
constexpr std::string_view kRefuses = "redis refuses a command of the visit stream";

class RedisVisitStreamMemory : public visits::ForwardingFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(eventually([&] { return threads.run(0, redis_.length()).has_value(); }));
  }
  void TearDown() override { end(); }

  /// Ends all that logs.
  void end() {
    worker_.reset();
    forwarder.reset();
    client_->stop();
    threads.join();
  }

  std::optional<visits::VisitStream::Length> length() { return threads.run(0, redis_.length()); }

  /// As they come where each visitor has a browser of its own: 250 KiB.
  static visits::Batch large_batch(visits::EpochId epoch, std::uint64_t first) {
    visits::Batch batch = test::batch_of(epoch, first, 1000);
    int number = 0;
    for (visits::VisitDetail& detail : batch.details) {
      detail.user_agent = fmt::format("{:0>10}", number++) + std::string(220, 'x');
    }
    return batch;
  }
  void append_large(std::uint32_t batches) {
    if (own == nullptr) prepare();
    for (std::uint32_t i = 0; i < batches; ++i) {
      own->accepted += 1000;
      ASSERT_TRUE(own->spool().append(encode(large_batch(own_id, 1000 * next++))));
    }
  }
  void append_to_stream(std::uint64_t first) {
    visits::EncodedBatch batch = encode(large_batch(own_id, first));
    ASSERT_TRUE(threads.run(0, redis_.append(std::move(batch))));
  }

  void tell(std::initializer_list<std::string_view> words) {
    const RedisReply reply = server_.command(words);
    ASSERT_EQ(reply.text, "OK");
  }
  /// What the server itself says the stream takes.
  std::uint64_t stream_bytes() {
    const RedisReply reply = server_.command({"MEMORY", "USAGE", "curt:visits", "SAMPLES", "0"});
    return static_cast<std::uint64_t>(reply.integer);
  }
  std::uint64_t evicted() {
    const std::string text = server_.command({"INFO", "stats"}).text;
    const std::string_view name = "evicted_keys:";
    return std::stoull(text.substr(text.find(name) + name.size()));
  }

  void start_worker() {
    worker_ = std::make_unique<visits::Worker>(redis_, store, metrics, threads.executors()[1],
                                               test::quick_work("one"));
    worker_->start();
  }

  std::unique_ptr<RedisClient> make_client() {
    auto made = RedisClient::make(visit_stream_options(test::patient_options(server_)), metrics, clock);
    (*made)->start(threads.executors());
    return std::move(*made);
  }

  test::RedisServer server_;
  std::unique_ptr<RedisClient> client_ = make_client();
  RedisVisitStream redis_{*client_};
  std::unique_ptr<visits::Worker> worker_;
};

TEST_F(RedisVisitStreamMemory, IsTold) {
  EXPECT_EQ(length()->entries, 0U);
  EXPECT_EQ(length()->bytes, 0U);
  EXPECT_FALSE(length()->memory_limit) << "no limit";
  tell({"CONFIG", "SET", "maxmemory", "64mb"});
  for (std::uint64_t i = 0; i < 20; ++i) append_to_stream(1000 * i);
  const auto told = length().value();
  EXPECT_EQ(told.entries, 20U);
  EXPECT_EQ(told.memory_limit, 64 * kMebibyte);
  const std::uint64_t content = 20 * encode(large_batch(own_id, 0)).encoded_details.size();
  EXPECT_GT(told.bytes.value(), content);
  EXPECT_LT(told.bytes.value(), content + content / 4);
}

TEST_F(RedisVisitStreamMemory, MayBeForbiddenToAskAbout) {
  const test::CapturedLog log;
  append_to_stream(0);
  tell({"CONFIG", "SET", "maxmemory", "64mb"});
  tell({"ACL", "SETUSER", "default", "-memory", "-info"});
  const auto told = length();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->entries, 1U);
  EXPECT_FALSE(told->bytes);
  EXPECT_FALSE(told->memory_limit);
  end();
  EXPECT_TRUE(log.lines({kRefuses}).empty());
}

TEST_F(RedisVisitStreamMemory, IsLeftToLinksForThreeQuarters) {
  tell({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  tell({"CONFIG", "SET", "maxmemory", "32mb"});
  Instance links{server_};
  links.fill("before", found(1));
  start(&redis_);
  append_large(160);
  std::uint64_t most = 0;
  const auto watch = [&] {
    most = std::max(most, stream_bytes());
    return most;
  };
  ASSERT_TRUE(eventually([&] { return watch() > 6 * kMebibyte; }));
  ASSERT_FALSE(eventually([&] { return watch() > 8 * kMebibyte; }, 300ms)) << most;
  links.fill("during", found(2));
  EXPECT_EQ(links.find("before")->kind, CacheEntry::Kind::found);
  EXPECT_EQ(links.find("during")->kind, CacheEntry::Kind::found);
  start_worker();
  EXPECT_TRUE(eventually([&] { return watch() > 0 && own->spool().figures().batches == 0; }));
  EXPECT_EQ(store.total(), 160'000U);
  EXPECT_EQ(store.details(), 160'000U);
  EXPECT_LE(most, 8 * kMebibyte);
  EXPECT_EQ(evicted(), 0U);
  EXPECT_EQ(metric("curt_visit_batches_resent_total"), "0");
  EXPECT_EQ(links.find("before")->kind, CacheEntry::Kind::found);
}

TEST_F(RedisVisitStreamMemory, ThatIsGoneSendsBatchesStraightToTheDatabase) {
  const test::CapturedLog log;
  tell({"CONFIG", "SET", "maxmemory", "1"});
  start(&redis_);
  append_large(20);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 20'000U);
  EXPECT_EQ(metric("curt_visit_batches_streamed_total"), "0");
  end();
  EXPECT_EQ(log.lines({kRefuses}).size(), 1U) << "however often it is tried";
}

}  // namespace
}  // namespace curt::cache
