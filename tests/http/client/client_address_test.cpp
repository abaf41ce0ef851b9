#include "http/client/client_address.hpp"

#include <string>
#include <string_view>
#include <utility>

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
  return std::string{client_address(boost::asio::ip::make_address(peer), peer, forwarded_for, trusted).text};
}

/// What a trusted proxy sent and nobody can read.
std::string unreadable_of(std::string_view forwarded_for) {
  const std::string peer = "10.0.0.1";
  return std::string{
      client_address(boost::asio::ip::make_address(peer), peer, forwarded_for, proxies()).unreadable};
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

TEST(ClientAddress, IsReadInTheFormsThatProxiesWrite) {
  const std::pair<std::string_view, std::string_view> forms[] = {
      {"203.0.113.7:51008", "203.0.113.7"},  // Azure
      {"[2001:db8::17]:47011", "2001:db8::17"},
      {"\"203.0.113.7:51008\"", "203.0.113.7"},
      {"\"[2001:db8::17]:47011\"", "2001:db8::17"},
      {"\"[2001:db8::17]\"", "2001:db8::17"},
      {"\" 203.0.113.7 \"", "203.0.113.7"},
      {"[2001:DB8::17]", "2001:DB8::17"},
      {"fe80::1%eth0", "fe80::1"},
      {"[fe80::1%25en0.7]:80", "fe80::1"},
      {"[203.0.113.7]:80", "203.0.113.7"},
      {"::ffff:203.0.113.7", "203.0.113.7"},
      {"[::FFFF:203.0.113.7]:51008", "203.0.113.7"},
      {"::ffff:cb00:7107", "::ffff:cb00:7107"},
      {"2001:db8:1111:2222:3333:4444:255.255.255.255", "2001:db8:1111:2222:3333:4444:255.255.255.255"},
  };
  for (const auto& [form, address] : forms) {
    EXPECT_EQ(client_of("10.0.0.1", form), address) << form;
    EXPECT_EQ(unreadable_of(form), "") << form;
    const std::string between = "192.0.2.1," + std::string{form} + " , 10.0.0.2:443";
    EXPECT_EQ(client_of("10.0.0.1", between), address) << form;
  }
}

TEST(ClientAddress, PassesOverEmptyMembers) {
  EXPECT_EQ(client_of("10.0.0.1", "198.51.100.1,"), "198.51.100.1");
  EXPECT_EQ(client_of("10.0.0.1", " , ,198.51.100.1, ,\t, 10.0.0.2,,"), "198.51.100.1");
  EXPECT_EQ(client_of("10.0.0.1", " , ,"), "10.0.0.1");
  EXPECT_EQ(client_of("10.0.0.1", ",10.0.0.3"), "10.0.0.3");
}

TEST(ClientAddress, NamesWhatIsNoAddress) {
  for (const std::string_view hop :
       {"unknown", "_hidden", "\"_hidden:80\"", "unix:", "for=203.0.113.7", "203.0.113", "203.0.113.7.9",
        "[]:1", "[2001:db8::1", "2001:db8::17:47011", "fe80::1%", "fe80::1%e h", "example.com:80", "-", "\"",
        "::1]"}) {
    EXPECT_EQ(unreadable_of(hop), hop);
    EXPECT_EQ(unreadable_of("192.0.2.1, " + std::string{hop} + ", 10.0.0.2:443"), hop);
    EXPECT_EQ(client_of("10.0.0.1", "192.0.2.1, " + std::string{hop} + ", 10.0.0.2:443"), "10.0.0.2") << hop;
  }
}

TEST(ClientAddress, LooksAtNothingBehindTheNearestStranger) {
  EXPECT_EQ(unreadable_of("unknown, 198.51.100.1"), "");
  EXPECT_EQ(unreadable_of(""), "");
}

TEST(ClientAddress, IgnoresWhiteSpaceAroundAHop) {
  EXPECT_EQ(client_of("10.0.0.1", " \t198.51.100.1 \t,\t10.0.0.2 "), "198.51.100.1");
}

TEST(ClientAddress, KnowsATrustedProxyWhoseAddressIsMappedIntoIpv6) {
  EXPECT_EQ(client_of("::ffff:10.0.0.1", "198.51.100.1"), "198.51.100.1");
}

}  // namespace
}  // namespace curt::http
