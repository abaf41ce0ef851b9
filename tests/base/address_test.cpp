#include "curt/base/address.hpp"

#include <gtest/gtest.h>

namespace curt {
namespace {

using boost::asio::ip::make_address;

TEST(ListenAddress, ReadsAddressAndPortAndWritesThemBack) {
  for (const char* text : {"127.0.0.1:8080", "0.0.0.0:80", "192.0.2.7:65535", "127.0.0.1:0", "[::1]:8080",
                           "[::]:443", "[2001:db8::7]:8080"}) {
    const auto address = parse_listen_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_string(*address), text);
  }
}

TEST(ListenAddress, ABarePortListensOnEveryIPv4Address) {
  EXPECT_EQ(to_string(parse_listen_address(":8080").value()), "0.0.0.0:8080");
}

TEST(ListenAddress, RefusesEverythingElse) {
  for (const char* text : {"",
                           ":",
                           "8080",
                           "foo",
                           "foo:80",
                           "localhost:8080",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.1:80",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:80x",
                           "127.0.0.1: 80",
                           "256.0.0.1:80",
                           "::1:8080",
                           "::1",
                           "[::1]",
                           "[]:80",
                           "[::1:80",
                           "[127.0.0.1]:80",
                           "http://127.0.0.1:80",
                           "127.0.0.1:80/",
                           "127.0.0.01:80:80"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
}

TEST(ListenAddress, KnowsWhatOnlyThisMachineReaches) {
  for (const char* text : {"127.0.0.1:1", "127.8.9.10:1", "[::1]:1", "[::ffff:127.0.0.1]:1"}) {
    EXPECT_TRUE(parse_listen_address(text).value().is_loopback()) << text;
  }
  for (const char* text : {"0.0.0.0:1", ":1", "[::]:1", "10.0.0.1:1", "[::ffff:10.0.0.1]:1"}) {
    EXPECT_FALSE(parse_listen_address(text).value().is_loopback()) << text;
  }
}

TEST(LocalHost, IsWhatLeadsToThisMachineWithoutALookup) {
  for (const char* host :
       {"", "localhost", "127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "/run/postgresql", "@socket"}) {
    EXPECT_TRUE(is_local_host(host)) << host;
  }
  for (const char* host : {"db", "localhost.example", "10.0.0.1", "::2", "127.0.0.1.example"}) {
    EXPECT_FALSE(is_local_host(host)) << host;
  }
}

TEST(NetworkSet, HoldsTheAddressesOfItsNetworksAndNoOthers) {
  NetworkSet set;
  EXPECT_TRUE(set.empty());
  ASSERT_TRUE(set.add("10.0.0.0/8"));
  ASSERT_TRUE(set.add("192.0.2.7"));
  ASSERT_TRUE(set.add("172.16.99.1/12"));  // bits past the prefix are ignored
  ASSERT_TRUE(set.add("fd00::/8"));
  ASSERT_TRUE(set.add("2001:db8::1"));
  EXPECT_FALSE(set.empty());
  for (const char* text :
       {"10.0.0.0", "10.255.255.255", "192.0.2.7", "172.31.0.1", "fd12::1", "2001:db8::1"}) {
    EXPECT_TRUE(set.contains(make_address(text))) << text;
  }
  for (const char* text :
       {"11.0.0.0", "9.255.255.255", "192.0.2.8", "172.32.0.1", "fe00::1", "2001:db8::2", "::"}) {
    EXPECT_FALSE(set.contains(make_address(text))) << text;
  }
}

TEST(NetworkSet, TreatsIPv4MappedIntoIPv6AsIPv4) {
  NetworkSet set;
  ASSERT_TRUE(set.add("10.0.0.0/8"));
  ASSERT_TRUE(set.add("::ffff:192.0.2.0/120"));
  EXPECT_TRUE(set.contains(make_address("::ffff:10.1.2.3")));
  EXPECT_TRUE(set.contains(make_address("192.0.2.200")));
  EXPECT_TRUE(set.contains(make_address("::ffff:192.0.2.200")));
  EXPECT_FALSE(set.contains(make_address("::ffff:11.1.2.3")));
  EXPECT_FALSE(set.contains(make_address("192.0.3.1")));
}

TEST(NetworkSet, AllOfIPv6IsNotAllOfIPv4) {
  NetworkSet set;
  ASSERT_TRUE(set.add("::/0"));
  EXPECT_TRUE(set.contains(make_address("2001:db8::1")));
  EXPECT_FALSE(set.contains(make_address("192.0.2.1")));
  ASSERT_TRUE(set.add("0.0.0.0/0"));
  EXPECT_TRUE(set.contains(make_address("192.0.2.1")));
}

TEST(NetworkSet, IgnoresTheZoneOfALinkLocalAddress) {
  NetworkSet set;
  ASSERT_TRUE(set.add("fe80::/10"));
  auto address = make_address("fe80::1").to_v6();
  address.scope_id(3);
  EXPECT_TRUE(set.contains(address));
}

TEST(NetworkSet, RefusesWhatIsNeitherNetworkNorAddress) {
  NetworkSet set;
  for (const char* text :
       {"", "/", "foo", "localhost", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10/8",
        "::/129", "fd00::/", "fd00::/x", "10.0.0.1:80", "[::1]", "10.0.0.0/8 "}) {
    EXPECT_FALSE(set.add(text)) << text;
  }
  EXPECT_TRUE(set.empty());
}

}  // namespace
}  // namespace curt
