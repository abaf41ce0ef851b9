#include "curt/links/wanted_versions.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace curt::links {
namespace {

TEST(WantedVersions, AreAnyWhereNoneIsNamed) {
  for (const WantedVersions& any :
       {WantedVersions{}, WantedVersions{std::nullopt}, WantedVersions{std::optional<std::int64_t>{}}}) {
    EXPECT_TRUE(any.include(0));
    EXPECT_TRUE(any.include(7));
  }
}

TEST(WantedVersions, AreThoseThatWereNamed) {
  const WantedVersions one{3};
  EXPECT_TRUE(one.include(3));
  EXPECT_FALSE(one.include(4));
  EXPECT_EQ(one, WantedVersions{std::optional<std::int64_t>{3}});
  const WantedVersions two{std::vector<std::int64_t>{3, 5}};
  EXPECT_TRUE(two.include(5));
  EXPECT_FALSE(two.include(4));
}

TEST(WantedVersions, MayBeNone) {
  const WantedVersions none{std::vector<std::int64_t>{}};
  EXPECT_FALSE(none.include(0));
  EXPECT_FALSE(none.include(1));
}

}  // namespace
}  // namespace curt::links
