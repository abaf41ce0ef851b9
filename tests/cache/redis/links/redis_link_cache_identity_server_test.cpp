#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <string>

#include <gtest/gtest.h>

#include "support/cache/redis_link_cache_fixture.hpp"
#include "support/servers/relay.hpp"
#include "support/servers/server_process.hpp"

namespace curt::cache {
namespace {

using links::SharedIdentity;
using Told = SharedIdentity::Kind;

/// What it is once it is told, or told again.
std::string known_identity(Instance& instance) {
  SharedIdentity identity;
  EXPECT_TRUE(test::eventually([&] {
    identity = instance.identity();
    return identity.kind == Told::known;
  }));
  return identity.text;
}

/// Ends the oldest of the connections for commands.
void cut_one(const RedisServer& server) {
  const std::string clients = server.command({"CLIENT", "LIST", "TYPE", "normal"}).text;
  const std::string id = clients.substr(3, clients.find(' ') - 3);
  ASSERT_EQ(server.command({"CLIENT", "KILL", "ID", id}).integer, 1) << clients;
}

/// An instance with all its connections, which a relay leads to a server.
struct RelayedInstance {
  explicit RelayedInstance(const RedisServer& server) : relay{server.port()}, instance{through(server)} {
    instance.wait_for_connections();
  }

  /// The oldest connection for commands is ended; the next ones lead to this port.
  void lead_one_to(std::uint16_t port, const RedisServer& from) {
    relay.lead_to(port);
    cut_one(from);
  }

  [[nodiscard]] RedisOptions through(const RedisServer& server) const {
    RedisOptions options = test::patient_options(server);
    options.address.port = relay.port();
    return options;
  }

  test::Relay relay;
  Instance instance;
};

TEST(RedisIdentity, IsTheSameForAllAndChangesWithARestart) {
  RedisServer server;
  Instance one{server};
  Instance other{server};
  const std::string identity = known_identity(one);
  EXPECT_FALSE(identity.empty());
  EXPECT_EQ(known_identity(one), identity);
  EXPECT_EQ(known_identity(other), identity);
  server.cut();
  EXPECT_EQ(known_identity(one), identity) << "new connections to the same one";
  server.kill();
  EXPECT_TRUE(test::eventually([&] { return one.identity().kind == Told::out_of_reach; }));
  server.start();
  const std::string after = known_identity(one);
  EXPECT_NE(after, identity);
  EXPECT_EQ(known_identity(other), after);
}

TEST(RedisIdentity, ChangesWhenTheServerWasAReplica) {
  const RedisServer server;
  Instance instance{server};
  const std::string identity = known_identity(instance);
  ASSERT_EQ(server.command({"REPLICAOF", "127.0.0.1", "1"}).text, "OK");
  ASSERT_EQ(server.command({"REPLICAOF", "NO", "ONE"}).text, "OK");
  EXPECT_NE(known_identity(instance), identity) << "though no connection was cut";
}

TEST(RedisIdentity, IsAnotherOneWhileTheServerIsAReplica) {
  const RedisServer server;
  Instance instance{server};
  const std::string identity = known_identity(instance);
  ASSERT_EQ(server.command({"REPLICAOF", "127.0.0.1", "1"}).text, "OK");
  EXPECT_NE(known_identity(instance), identity);
}

TEST(RedisIdentity, StaysTheSameAsReplicasComeAndGo) {
  const RedisServer server;
  const RedisServer replica;
  Instance instance{server};
  const std::string identity = known_identity(instance);
  const auto replication_id = [&] {
    const std::string info = server.command({"INFO", "replication"}).text;
    const std::size_t at = info.find("master_replid:");
    return info.substr(at, info.find('\n', at) - at);
  };
  const std::string alone = replication_id();
  ASSERT_EQ(server.command({"CONFIG", "SET", "repl-diskless-sync-delay", "0"}).text, "OK");
  ASSERT_EQ(server.command({"CONFIG", "SET", "repl-backlog-ttl", "1"}).text, "OK");
  ASSERT_EQ(replica.command({"REPLICAOF", "127.0.0.1", std::to_string(server.port())}).text, "OK");
  ASSERT_TRUE(test::eventually([&] { return replication_id() != alone; })) << "the first replica is there";
  EXPECT_EQ(known_identity(instance), identity);
  const std::string followed = replication_id();
  ASSERT_EQ(replica.command({"REPLICAOF", "NO", "ONE"}).text, "OK");
  ASSERT_TRUE(test::eventually([&] { return replication_id() != followed; })) << "the backlog is freed";
  EXPECT_EQ(known_identity(instance), identity);
}

TEST(RedisIdentity, IsKnownWhereACoreHasNoConnection) {
  const RedisServer server;
  RelayedInstance relayed{server};
  relayed.lead_one_to(test::free_port(), server);
  for (std::size_t core = 0; core < 2; ++core) {
    EXPECT_TRUE(test::eventually([&] { return relayed.instance.identity(core).kind == Told::known; }))
        << core;
  }
}

awaitable<void> block(std::shared_future<void> end) {
  end.wait();
  co_return;
}

TEST(RedisIdentity, IsNotWaitedForWhereACoreHasStopped) {
  const RedisServer server;
  RedisOptions options = test::patient_options(server);
  options.timeout = std::chrono::milliseconds{300};
  Instance instance{options};
  instance.wait_for_connections();
  std::promise<void> goes_on;
  std::future<void> stopped = instance.threads.spawn(1, block(goes_on.get_future().share()));
  EXPECT_EQ(instance.identity().kind, Told::out_of_reach) << "it may lead to another server";
  goes_on.set_value();
  stopped.get();
  known_identity(instance);
}

TEST(RedisIdentity, IsAnotherOneForAnotherNumber) {
  const RedisServer server;
  Instance first{server};
  RedisOptions options = test::patient_options(server);
  options.address.database = 1;
  Instance second{options};
  EXPECT_NE(known_identity(first), known_identity(second)) << "each has links of its own";
}

TEST(RedisIdentity, IsNotToldToAUserWithoutInfo) {
  const RedisServer server;
  Instance instance{server};
  known_identity(instance);
  ASSERT_EQ(server.command({"ACL", "SETUSER", "default", "-info"}).text, "OK");
  EXPECT_EQ(instance.identity().kind, Told::not_told);
  EXPECT_EQ(instance.identity().text, "");
  ASSERT_EQ(server.command({"ACL", "SETUSER", "default", "+info"}).text, "OK");
  EXPECT_EQ(instance.identity().kind, Told::known);
}

TEST(RedisIdentity, IsNotKnownWhileConnectionsLeadToDifferentServers) {
  const RedisServer before;
  const RedisServer after;
  RelayedInstance relayed{before};
  Instance& instance = relayed.instance;
  const std::string identity = known_identity(instance);

  relayed.lead_one_to(after.port(), before);
  ASSERT_TRUE(test::eventually([&] { return instance.notes.count("connected") == 3; }));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(instance.identity().kind, Told::out_of_reach);
    EXPECT_EQ(instance.identity(1).kind, Told::out_of_reach);
  }
  before.cut();
  const std::string other = known_identity(instance);
  EXPECT_NE(other, identity);
  EXPECT_EQ(instance.identity(1).text, other);
}

}  // namespace
}  // namespace curt::cache
