#include "limits/blocklist/list_line.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::limits {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The hosts of a line, "=" before one that stands for nothing below it.
std::vector<std::string> hosts_of(std::string_view line, LineKind expected = LineKind::entry) {
  std::vector<std::string> hosts;
  const LineKind kind = read_list_line(line, [&hosts](std::string_view host, Reach reach) {
    hosts.push_back((reach == Reach::exact ? "=" : "") + std::string{host});
  });
  EXPECT_EQ(kind, expected) << line;
  return hosts;
}

void expect(LineKind kind, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) EXPECT_THAT(hosts_of(line, kind), IsEmpty()) << line;
}

TEST(ListLine, IsADomainThatStandsForAllBelowIt) {
  EXPECT_THAT(hosts_of("evil.example"), ElementsAre("evil.example"));
  EXPECT_THAT(hosts_of("  Evil.EXAMPLE.\t\r"), ElementsAre("evil.example"));
  EXPECT_THAT(hosts_of("evil.example # why"), ElementsAre("evil.example"));
  EXPECT_THAT(hosts_of("*.evil.example"), ElementsAre("evil.example"));
  EXPECT_THAT(hosts_of(".evil.example"), ElementsAre("evil.example"));
  EXPECT_THAT(hosts_of("under_score.evil.example"), ElementsAre("under_score.evil.example"));
  EXPECT_THAT(hosts_of("zip"), ElementsAre("zip"));
}

TEST(ListLine, OfAHostsFileNamesHostsAlone) {
  EXPECT_THAT(hosts_of("0.0.0.0 evil.example"), ElementsAre("=evil.example"));
  EXPECT_THAT(hosts_of("127.0.0.1\tevil.example  www.Evil.example # two"),
              ElementsAre("=evil.example", "=www.evil.example"));
  EXPECT_THAT(hosts_of(":: evil.example"), ElementsAre("=evil.example"));
}

TEST(ListLine, PassesOverTheNamesOfThisMachine) {
  expect(LineKind::nothing, {"127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback",
                             "0.0.0.0 0.0.0.0", "127.0.0.1 localhost.localdomain"});
  expect(LineKind::passed_over, {"255.255.255.255 broadcasthost", "fe80::1%lo0 localhost",
                                 "192.0.2.7 intranet.example", "ff02::1 ip6-allnodes"});
}

TEST(ListLine, IsARuleOfAdblock) {
  EXPECT_THAT(hosts_of("||evil.example^"), ElementsAre("evil.example"));
  EXPECT_THAT(hosts_of("||evil.example^$all"), ElementsAre("evil.example"));
  EXPECT_THAT(hosts_of("||192.0.2.1^"), ElementsAre("192.0.2.1"));
}

TEST(ListLine, PassesOverRulesOfAdblockThatAreAboutMoreThanAHost) {
  expect(LineKind::passed_over,
         {"||evil.example/path^", "||evil.example^$third-party", "||evil.example", "||*.evil.example^",
          "@@||good.example^", "|https://evil.example/", "/banner[0-9]+/", "example.com##.ad", "##.banner",
          "example.com#@#.ad", "&adserver=", "evil.example^", "ad*.example"});
}

TEST(ListLine, IsNothingWhereItIsBlankOrAComment) {
  expect(LineKind::nothing, {"", "   ", "\r", "# a comment", "#", "## a heading", "! Title: a list",
                             "[Adblock Plus 2.0]", "###############", "### a heading ###"});
}

TEST(ListLine, TakesAddresses) {
  EXPECT_THAT(hosts_of("192.0.2.1"), ElementsAre("192.0.2.1"));
  EXPECT_THAT(hosts_of("2001:DB8::1"), ElementsAre("[2001:db8::1]"));
  EXPECT_THAT(hosts_of("[2001:db8:0::1]"), ElementsAre("[2001:db8::1]"));
  EXPECT_THAT(hosts_of("::ffff:192.0.2.1"), ElementsAre("192.0.2.1")) << "as a link to it is judged";
  EXPECT_THAT(hosts_of("0xC0.0.2.1"), ElementsAre("192.0.2.1"));
}

TEST(ListLine, WritesHostsAsTargetsHaveThem) {
  EXPECT_THAT(hosts_of("b\xC3\xBC"
                       "cher.example"),
              ElementsAre("xn--bcher-kva.example"));
  EXPECT_THAT(hosts_of("XN--BCHER-KVA.example"), ElementsAre("xn--bcher-kva.example"));
}

TEST(ListLine, CannotBeReadWhereItNamesNoHost) {
  expect(LineKind::unreadable, {"http://evil.example/", "evil.example/path", "evil.example:8080", "two words",
                                "<html>", "user@evil.example", "a..b", "evil .example", "10.0.0.0/8",
                                "1.2.3.4.5", std::string(300, 'a') + ".example", "\xff\xfe.example"});
}

}  // namespace
}  // namespace curt::limits
