#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/cache/redis/inspection.hpp"

#include "support/cache/redis_client_fixture.hpp"
#include "support/run_awaitable.hpp"

namespace curt::cache {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RedisInspections : public testing::Test {
 protected:
  static RedisFacts facts_of(const test::RedisServer& server) {
    Client client{server};
    return test::run(inspect_redis(*client, Deadline::in(test::patience())));
  }

  static RedisFacts facts_as(const test::RedisServer& server, const std::string& user) {
    RedisOptions options = test::patient_options(server);
    options.address.user = user;
    options.address.password = "pw";
    Client client{1, std::move(options)};
    EXPECT_TRUE(client.comes_up());
    return test::run(inspect_redis(*client, Deadline::in(test::patience())));
  }
};

TEST_F(RedisInspections, TellWhatAWellServerIsAndChangeNothing) {
  const test::RedisServer server{{.password = {},
                                  .tls_names = {},
                                  .arguments = {"--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"}}};
  const RedisFacts facts = facts_of(server);
  EXPECT_TRUE(facts.answered_in);
  EXPECT_TRUE(facts.tells);
  EXPECT_NE(facts.version, "");
  EXPECT_FALSE(facts.is_replica);
  EXPECT_EQ(facts.max_memory, 64U << 20U);
  EXPECT_GT(facts.used_memory, 0U);
  EXPECT_EQ(facts.eviction, "allkeys-lru");
  EXPECT_FALSE(facts.has_append_file);
  EXPECT_EQ(facts.write_refusal, "");
  EXPECT_EQ(facts.script_refusal, "");
  EXPECT_EQ(facts.channel_refusal, "");
  EXPECT_EQ(facts.waiting + facts.taken + facts.buried + facts.workers, 0U);
  EXPECT_EQ(server.command({"DBSIZE"}).integer, 0);
  const std::string changes = server.command({"INFO", "persistence"}).text;
  EXPECT_THAT(changes, HasSubstr("rdb_changes_since_last_save:0\r"));
}

TEST_F(RedisInspections, SeeTheStreamAndItsWorkers) {
  const test::RedisServer server;
  (void)server.command({"XGROUP", "CREATE", "curt:visits", "curt", "0", "MKSTREAM"});
  for (int i = 0; i < 3; ++i) (void)server.command({"XADD", "curt:visits", "*", "c", "x"});
  (void)server.command({"XADD", "curt:visits:dead", "*", "c", "x"});
  (void)server.command(
      {"XREADGROUP", "GROUP", "curt", "host-1", "COUNT", "2", "STREAMS", "curt:visits", ">"});
  const RedisFacts facts = facts_of(server);
  EXPECT_EQ(facts.waiting, 3U);
  EXPECT_EQ(facts.taken, 2U);
  EXPECT_EQ(facts.buried, 1U);
  EXPECT_EQ(facts.workers, 1U);
}

TEST_F(RedisInspections, SayWhyNoWritesAreTaken) {
  const test::RedisServer server;
  (void)server.command({"REPLICAOF", "127.0.0.1", "1"});
  const RedisFacts replica = facts_of(server);
  EXPECT_TRUE(replica.is_replica);
  EXPECT_FALSE(replica.follows);
  EXPECT_THAT(replica.write_refusal, StartsWith("READONLY"));
  (void)server.command({"REPLICAOF", "NO", "ONE"});
  (void)server.command({"CONFIG", "SET", "min-replicas-to-write", "1"});
  EXPECT_THAT(facts_of(server).write_refusal, StartsWith("NOREPLICAS"));
  (void)server.command({"CONFIG", "SET", "min-replicas-to-write", "0"});
  (void)server.command({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_THAT(facts_of(server).write_refusal, StartsWith("OOM"));
}

TEST_F(RedisInspections, SeeWhatAUserMayNotDo) {
  const test::RedisServer server;
  (void)server.command({"ACL", "SETUSER", "reader", "on", ">pw", "~curt:*", "&*", "+@read", "+@connection"});
  (void)server.command({"ACL", "SETUSER", "curt", "on", ">pw", "~curt:*", "&curt:invalidate", "+@read",
                        "+@write", "+@scripting", "+@pubsub", "+@connection", "+scan", "+info", "+time"});
  const RedisFacts reader = facts_as(server, "reader");
  EXPECT_FALSE(reader.tells);
  EXPECT_THAT(reader.write_refusal, StartsWith("NOPERM"));
  EXPECT_THAT(reader.script_refusal, StartsWith("NOPERM"));
  EXPECT_THAT(reader.time_refusal, StartsWith("NOPERM"));
  const RedisFacts documented = facts_as(server, "curt");
  EXPECT_TRUE(documented.tells) << "docs/configuration.md names these rights";
  EXPECT_EQ(documented.write_refusal, "");
  EXPECT_EQ(documented.script_refusal, "");
  EXPECT_EQ(documented.time_refusal, "");
  EXPECT_EQ(documented.channel_refusal, "");
}

TEST_F(RedisInspections, SeeThatAUserHasNoChannel) {
  const test::RedisServer server;
  (void)server.command({"ACL", "SETUSER", "mute", "on", ">pw", "~curt:*", "resetchannels", "+@all"});
  const RedisFacts mute = facts_as(server, "mute");
  EXPECT_THAT(mute.channel_refusal, StartsWith("NOPERM"));
  EXPECT_EQ(mute.write_refusal + mute.script_refusal, "");
}

}  // namespace
}  // namespace curt::cache
