#include "limits/hosts/shorteners.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "curt/domain/target_url.hpp"

#include "support/paths.hpp"

namespace curt::limits {
namespace {

TEST(Shorteners, AreKnownWithAllBelowThem) {
  EXPECT_TRUE(is_shortener("bit.ly"));
  EXPECT_TRUE(is_shortener("www.tinyurl.com."));
  EXPECT_FALSE(is_shortener("notbit.ly"));
  EXPECT_FALSE(is_shortener("example.com"));
}

TEST(Shorteners, AreListedAsTargetsHaveThemInOrderAndOnce) {
  std::ifstream file{test::source_dir() + "/src/limits/hosts/data/shorteners.txt"};
  std::vector<std::string> hosts;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) hosts.push_back(line);
  }
  ASSERT_GT(hosts.size(), 50U);
  EXPECT_TRUE(std::ranges::is_sorted(hosts));
  EXPECT_EQ(std::ranges::adjacent_find(hosts), hosts.end());
  for (const std::string& host : hosts) EXPECT_EQ(TargetUrl::parse("http://" + host).value().host(), host);
}

}  // namespace
}  // namespace curt::limits
