#include "curt/limits/blocklist/host_set.hpp"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace curt::limits {
namespace {

std::string entry_for(const HostSet& hosts, std::string_view host) {
  const auto match = hosts.match(HostKey{host}.view());
  return match ? std::string{match->entry} : "";
}

TEST(HostSet, IsEmptyAtFirst) {
  const HostSet hosts;
  EXPECT_EQ(hosts.size(), 0U);
  EXPECT_EQ(entry_for(hosts, "example.com"), "");
}

TEST(HostSet, FindsAHostAndAllBelowIt) {
  HostSet hosts;
  EXPECT_TRUE(hosts.add("evil.example", Reach::below));
  EXPECT_EQ(entry_for(hosts, "evil.example"), "evil.example");
  EXPECT_EQ(entry_for(hosts, "a.b.evil.example"), "evil.example");
  EXPECT_EQ(entry_for(hosts, "notevil.example"), "");
  EXPECT_EQ(entry_for(hosts, "example"), "");
  EXPECT_EQ(entry_for(hosts, "evil.example.org"), "");
}

TEST(HostSet, FindsAnExactHostAlone) {
  HostSet hosts;
  hosts.add("evil.example", Reach::exact);
  EXPECT_EQ(entry_for(hosts, "evil.example"), "evil.example");
  EXPECT_EQ(entry_for(hosts, "www.evil.example"), "");
}

TEST(HostSet, FindsTheNearestEntryAbove) {
  HostSet hosts;
  hosts.add("example", Reach::below);
  hosts.add("b.example", Reach::exact);
  hosts.add("c.example", Reach::below);
  EXPECT_EQ(entry_for(hosts, "a.b.example"), "example") << "what is exact stands for nothing below";
  EXPECT_EQ(entry_for(hosts, "a.c.example"), "c.example");
}

TEST(HostSet, TakesTheWiderReachOfAHostThatIsThereTwice) {
  HostSet hosts;
  EXPECT_TRUE(hosts.add("evil.example", Reach::exact));
  EXPECT_FALSE(hosts.add("evil.example", Reach::below));
  EXPECT_FALSE(hosts.add("evil.example", Reach::exact));
  EXPECT_EQ(hosts.size(), 1U);
  EXPECT_EQ(entry_for(hosts, "www.evil.example"), "evil.example");
}

TEST(HostSet, TakesNoNoticeOfADotAtTheEnd) {
  HostSet hosts;
  hosts.add("evil.example", Reach::below);
  EXPECT_EQ(entry_for(hosts, "evil.example."), "evil.example");
}

TEST(HostSet, FindsAnIpv4AddressThatIsMappedIntoIpv6) {
  HostSet hosts;
  hosts.add("192.0.2.1", Reach::below);
  EXPECT_EQ(entry_for(hosts, "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(entry_for(hosts, "[::ffff:c000:201]"), "192.0.2.1");
  EXPECT_EQ(entry_for(hosts, "[::ffff:c000:202]"), "");
  EXPECT_EQ(entry_for(hosts, "[2001:db8::1]"), "");
}

TEST(HostSet, FindsEachOfManyAndNoOther) {
  HostSet hosts;
  constexpr int kMany = 20'000;
  for (int i = 0; i < kMany; ++i) {
    ASSERT_TRUE(hosts.add(fmt::format("host-{}.example.org", i), i % 2 == 0 ? Reach::below : Reach::exact));
  }
  EXPECT_EQ(hosts.size(), static_cast<std::size_t>(kMany));
  for (int i = 0; i < kMany; ++i) {
    const std::string host = fmt::format("host-{}.example.org", i);
    ASSERT_EQ(entry_for(hosts, host), host);
    ASSERT_EQ(entry_for(hosts, "www." + host), i % 2 == 0 ? host : "");
    ASSERT_EQ(entry_for(hosts, fmt::format("host-{}.example.org", kMany + i)), "");
  }
}

TEST(HostSet, KeepsHostsOfTheGreatestLength) {
  HostSet hosts;
  const std::string longest = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') +
                              '.' + std::string(61, 'd');
  ASSERT_EQ(longest.size(), HostSet::kMaxHost);
  hosts.add(longest, Reach::exact);
  EXPECT_EQ(entry_for(hosts, longest), longest);
}

TEST(HostSet, KeepsAMillionHostsInUnder64MiB) {
  HostSet hosts;
  constexpr int kMillion = 1'000'000;
  constexpr std::size_t kBound = std::size_t{64} << 20U;
  std::size_t bytes = 0;
  for (int i = 0; i < kMillion; ++i) bytes += fmt::formatted_size("list-{:07}.example.com", i) + 1;
  hosts.reserve(bytes + bytes / 8);
  for (int i = 0; i < kMillion; ++i) hosts.add(fmt::format("list-{:07}.example.com", i), Reach::below);
  EXPECT_EQ(hosts.size(), static_cast<std::size_t>(kMillion));
  EXPECT_LT(hosts.bytes(), kBound);
}

}  // namespace
}  // namespace curt::limits
