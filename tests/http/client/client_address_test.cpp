#include "http/client/client_address.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::http {
namespace {

NetworkSet proxies() {
  NetworkSet set;
  set.add("10.0.0.0/8");
  set.add("fd00::/8");
  return set;
}

std::string client_of(const std::string& peer, std::string_view forwarded_for,
                      const NetworkSet& trusted = proxies()) {
  return std::string{client_address(boost::asio::ip::make_address(peer), peer, forwarded_for, trusted)};
}

TEST(ClientAddress, IsThePeerWithoutAProxy) { EXPECT_EQ(client_of("192.0.2.1", ""), "192.0.2.1"); }

TEST(ClientAddress, IsThePeerWhereNobodyIsTrusted) {
  EXPECT_EQ(client_of("10.0.0.1", "198.51.100.1", {}), "10.0.0.1");
}

TEST(ClientAddress, BelievesNoStranger) { EXPECT_EQ(client_of("192.0.2.1", "198.51.100.1"), "192.0.2.1"); }

TEST(ClientAddress, BelievesATrustedProxy) {
  EXPECT_EQ(client_of("10.0.0.1", "198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(client_of("fd00::1", "2001:db8::1"), "2001:db8::1");
}

TEST(ClientAddress, IsTheNearestThatIsNoTrustedProxy) {
  EXPECT_EQ(client_of("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
  EXPECT_EQ(client_of("10.0.0.1", "1.1.1.1,2.2.2.2"), "2.2.2.2");
}

TEST(ClientAddress, IsTheFarthestWhereAllAreTrusted) {
  EXPECT_EQ(client_of("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

TEST(ClientAddress, EndsAtWhatIsNoAddress) {
  EXPECT_EQ(client_of("10.0.0.1", "198.51.100.1, unknown, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(client_of("10.0.0.1", "nonsense"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", "198.51.100.1,"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", "[2001:db8::1"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", "[2001:db8::1]9"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", "[]:443"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", ":443"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", "fe80::1%\x9b[31m"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", std::string(10'000, '1')), "10.0.0.1");
}

TEST(ClientAddress, IsWithoutThePortThatSomeProxiesAdd) {
  EXPECT_EQ(client_of("10.0.0.1", "198.51.100.1:8080"), "198.51.100.1");
  EXPECT_EQ(client_of("10.0.0.1", "[2001:db8::1]:443"), "2001:db8::1");
  EXPECT_EQ(client_of("10.0.0.1", "[2001:db8::1]"), "2001:db8::1");
  EXPECT_EQ(client_of("10.0.0.1", "198.51.100.1:8080, 10.0.0.2:80"), "198.51.100.1");
}

TEST(ClientAddress, IgnoresWhiteSpaceAroundAHop) {
  EXPECT_EQ(client_of("10.0.0.1", " \t198.51.100.1 \t,\t10.0.0.2 "), "198.51.100.1");
}

TEST(ClientAddress, KnowsATrustedProxyWhoseAddressIsMappedIntoIpv6) {
  EXPECT_EQ(client_of("::ffff:10.0.0.1", "198.51.100.1"), "198.51.100.1");
}

}  // namespace
}  // namespace curt::http
