#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/cache/redis_client_fixture.hpp"

// Which server a client takes, and which takes the client.

namespace curt::cache {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RedisClient, ConnectsThroughAUnixSocket) {
  const test::RedisServer server;
  RedisOptions options = test::patient_options(server);
  options.address = parse_redis_url("unix:" + server.unix_socket().string()).value();
  Client client{1, options};
  EXPECT_TRUE(client.comes_up()) << client->reachability().detail;
}

TEST(RedisClient, SelectsItsDatabase) {
  const test::RedisServer server;
  ASSERT_EQ(
      server.command({"EVAL", "redis.call('SELECT', 3) return redis.call('SET', 'key', 'three')", "0"}).text,
      "OK");
  RedisOptions options = test::patient_options(server);
  options.address.database = 3;
  Client client{1, options};
  ASSERT_TRUE(client.comes_up());
  const Answer answer = client.cores().run(0, client.get("key"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, "three");

  options.address.database = 99;
  Client lost{1, options};
  EXPECT_TRUE(test::eventually([&] { return !lost->reachability().detail.empty(); }));
  EXPECT_THAT(lost->reachability().detail, HasSubstr("database"));
}

TEST(RedisClient, LogsInAndSaysWhyItCannotWithoutTheSecret) {
  const test::RedisServer server{
      {"good p@ss",
       "",
       {"--user", "curt", "on", ">user pass", "~curt:*", "&*", "+@all", "-client", "-ping"}}};
  RedisOptions options = test::patient_options(server);
  const auto detail_with = [&](std::string_view user, std::string_view password) {
    options.address.user = user;
    options.address.password = password;
    Client client{1, options};
    EXPECT_TRUE(test::eventually(
        [&] { return client->reachability().up || !client->reachability().detail.empty(); }));
    return client->reachability().detail;
  };
  options.address =
      parse_redis_url(fmt::format("redis://:good%20p%40ss@127.0.0.1:{}", server.port())).value();
  EXPECT_EQ(detail_with("", "good p@ss"), "");
  EXPECT_EQ(detail_with("curt", "user pass"), "") << "a user who may do what is needed and little else";
  EXPECT_THAT(detail_with("", ""), HasSubstr("wants a password"));
  for (const auto user : {"", "curt"}) {
    const std::string detail = detail_with(user, "hunter2");
    EXPECT_THAT(detail, HasSubstr("refused user or password (WRONGPASS)"));
    EXPECT_THAT(detail, Not(HasSubstr("hunter2")));
  }
}

TEST(RedisClient, SpeaksTlsWithAServerThatItTrusts) {
  const test::RedisServer server{{"", "DNS:localhost,IP:127.0.0.1", {}}};
  fill(server, 1000);
  RedisOptions options = test::patient_options(server);
  options.address = parse_redis_url(fmt::format("rediss://localhost:{}", server.tls_port())).value();
  options.ca_file = server.certificate().string();
  Client client{1, options};
  ASSERT_TRUE(client.comes_up()) << client->reachability().detail;
  Gets gets;
  gets.run_many(client, 1, 2'000);
  EXPECT_EQ(gets.right, 2'000);
  client.stop();

  options.ca_file.clear();
  Client distrusting{1, options};
  EXPECT_TRUE(test::eventually([&] { return !distrusting->reachability().detail.empty(); }));
  EXPECT_THAT(distrusting->reachability().detail, HasSubstr("TLS failed"));
  EXPECT_FALSE(distrusting->reachability().up);
}

TEST(RedisClient, RefusesATlsServerOfAnotherName) {
  const test::RedisServer server{{"", "DNS:redis.example", {}}};
  RedisOptions options = test::patient_options(server);
  options.address = parse_redis_url(fmt::format("rediss://localhost:{}", server.tls_port())).value();
  options.ca_file = server.certificate().string();
  Client client{1, options};
  EXPECT_TRUE(test::eventually([&] { return !client->reachability().detail.empty(); }));
  EXPECT_THAT(client->reachability().detail, HasSubstr("TLS failed"));
}

TEST(RedisClient, SaysWhichCertificatesItCannotRead) {
  Metrics metrics;
  const SystemClock clock;
  RedisOptions options;
  options.ca_file = "/no/such/file.pem";
  const auto client = RedisClient::make(options, metrics, clock);
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().detail, HasSubstr("/no/such/file.pem"));
}

}  // namespace
}  // namespace curt::cache
