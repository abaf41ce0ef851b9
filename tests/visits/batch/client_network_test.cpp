#include "visits/batch/client_network.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::visits {
namespace {

std::string network(std::string_view address) {
  ClientNetwork networks{VisitIp::truncate};
  return std::string{networks.of(address)};
}

TEST(ClientNetwork, OfIpv4HasTwentyFourBits) {
  EXPECT_EQ(network("203.0.113.77"), "203.0.113.0");
  EXPECT_EQ(network("203.0.113.0"), "203.0.113.0");
  EXPECT_EQ(network("255.255.255.255"), "255.255.255.0");
  EXPECT_EQ(network("1.2.3.4"), "1.2.3.0");
}

TEST(ClientNetwork, OfIpv6HasFortyEightBits) {
  EXPECT_EQ(network("2001:db8:1234:5678:9abc:def0:1:2"), "2001:db8:1234::");
  EXPECT_EQ(network("2001:db8::1"), "2001:db8::");
  EXPECT_EQ(network("::1"), "::");
  EXPECT_EQ(network("fe80::1%eth0"), "fe80::");
}

TEST(ClientNetwork, OfIpv4MappedIntoIpv6IsThatOfTheIpv4Address) {
  EXPECT_EQ(network("::ffff:203.0.113.77"), "203.0.113.0");
  EXPECT_EQ(network("::ffff:cb00:714d"), "203.0.113.0");
}

TEST(ClientNetwork, Of6to4HasTwentyFourBitsOfTheIpv4Address) {
  EXPECT_EQ(network("2002:cb00:714d::1"), "2002:cb00:7100::");
}

TEST(ClientNetwork, OfWhatIsNoAddressIsEmpty) {
  for (const std::string text :
       {"", "unknown", "1.2.3", "1.2.3.4.5", "1.2.3.256", "2001:db8::g", "/run/socket"}) {
    EXPECT_EQ(network(text), "") << text;
  }
  EXPECT_EQ(network(std::string(100, '1')), "");
  EXPECT_EQ(network(std::string(46, ':')), "");
}

TEST(ClientNetwork, IsEmptyWhereNothingIsToBeKept) {
  ClientNetwork networks{VisitIp::none};
  EXPECT_EQ(networks.of("203.0.113.77"), "");
}

TEST(ClientNetwork, FollowsTheAddress) {
  ClientNetwork networks{VisitIp::truncate};
  EXPECT_EQ(networks.of("203.0.113.77"), "203.0.113.0");
  EXPECT_EQ(networks.of("203.0.113.77"), "203.0.113.0");
  EXPECT_EQ(networks.of("nothing"), "");
  EXPECT_EQ(networks.of("198.51.100.9"), "198.51.100.0");
}

}  // namespace
}  // namespace curt::visits
