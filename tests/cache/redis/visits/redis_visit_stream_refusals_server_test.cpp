#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "curt/base/logging.hpp"
#include "curt/cache/redis/visits/redis_visit_stream.hpp"

#include "support/cache/redis_client_fixture.hpp"
#include "support/captured_log.hpp"

namespace curt::cache {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::StartsWith;

constexpr std::string_view kRefuses = "redis refuses a command of the visit stream";
constexpr std::string_view kTakes = "redis takes the commands of the visit stream again";
/// A line of the test's own, before which something must have been logged or not.
constexpr std::string_view kMark = "mark";

class RedisVisitStreamRefusals : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(test::eventually([&] { return reads(); }));
  }

  bool append() {
    visits::EncodedBatch batch;
    batch.encoded_counts = "counts";
    const auto entry = run(stream_.append(std::move(batch)));
    return entry.has_value();
  }
  /// Whether each command that only reads is answered.
  bool reads() {
    std::vector<std::string> entries{"1-1"};
    return run(stream_.length()) && run(stream_.present(std::move(entries))) && run(stream_.lag());
  }
  std::optional<std::vector<visits::StreamEntry>> take() { return run(stream_.take("a", 16, 1h)); }

  void tell(std::initializer_list<std::string_view> words) {
    const RedisReply reply = server_.command(words);
    ASSERT_EQ(reply.text, "OK");
  }
  static void mark() { log::info(kMark); }

  std::vector<std::string> lines() {
    client_.stop();
    return log_.lines({kRefuses, kTakes, kMark});
  }

  template <class T>
  T run(awaitable<T> task) {
    return client_.cores().run(0, std::move(task));
  }

  test::CapturedLog log_;
  test::RedisServer server_;
  Client client_{1, visit_stream_options(test::patient_options(server_))};
  RedisVisitStream stream_{*client_};
};

TEST_F(RedisVisitStreamRefusals, AreNotOverWhereOnlyReadsAreAnswered) {
  tell({"CONFIG", "SET", "min-replicas-to-write", "1"});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(append());
  EXPECT_TRUE(reads());
  tell({"CONFIG", "SET", "min-replicas-to-write", "0"});
  EXPECT_TRUE(reads());
  mark();
  EXPECT_TRUE(append());
  EXPECT_TRUE(append());
  const auto begins = StartsWith(std::string{kRefuses} + ": NOREPLICAS Not enough good replicas to write");
  EXPECT_THAT(lines(), ElementsAre(begins, kMark, kTakes));
}

TEST_F(RedisVisitStreamRefusals, AreNotOverWhereAServerWithoutMemoryLetsWorkersGoOn) {
  ASSERT_TRUE(append());
  ASSERT_TRUE(take());
  tell({"CONFIG", "SET", "maxmemory", "1"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(append());
    EXPECT_TRUE(take()) << "which writes, but wants no memory";
    std::vector<std::string> entries{"1-1"};
    EXPECT_TRUE(run(stream_.finish(std::move(entries))));
  }
  mark();
  tell({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(append());
  EXPECT_THAT(lines(), ElementsAre(StartsWith(std::string{kRefuses} + ": OOM "), kMark, kTakes));
}

TEST_F(RedisVisitStreamRefusals, AreOverOnceEachRefusedCommandIsAnswered) {
  tell({"ACL", "SETUSER", "default", "-xlen", "-xadd"});
  EXPECT_FALSE(append());
  EXPECT_FALSE(run(stream_.length()));
  tell({"ACL", "SETUSER", "default", "+xadd"});
  EXPECT_TRUE(append());
  mark();
  tell({"ACL", "SETUSER", "default", "+xlen"});
  EXPECT_TRUE(run(stream_.length()));
  EXPECT_THAT(lines(), ElementsAre(StartsWith(std::string{kRefuses} + ": NOPERM "), kMark, kTakes));
}

TEST_F(RedisVisitStreamRefusals, AreOneLineAtEachEndForAReplica) {
  tell({"REPLICAOF", "127.0.0.1", "1"});
  // After each refusal the connection is another one.
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(append());
    EXPECT_TRUE(test::eventually([&] { return reads(); }));
  }
  mark();
  tell({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(test::eventually([&] { return append(); }));
  EXPECT_THAT(lines(), ElementsAre(StartsWith(std::string{kRefuses} + ": READONLY "), kMark, kTakes));
}

}  // namespace
}  // namespace curt::cache
