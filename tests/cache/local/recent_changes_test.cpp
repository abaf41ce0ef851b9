#include "curt/cache/local/recent_changes.hpp"

#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

namespace curt::cache {
namespace {

TEST(RecentChanges, TellsACodeThatChangedFromOthers) {
  RecentChanges changes;
  changes.add(1);
  const std::uint64_t begin = changes.count();
  EXPECT_FALSE(changes.changed_since(begin, 1)) << "it changed before";
  changes.add(2);
  changes.add(3);
  EXPECT_TRUE(changes.changed_since(begin, 2));
  EXPECT_TRUE(changes.changed_since(begin, 3));
  EXPECT_FALSE(changes.changed_since(begin, 1));
}

TEST(RecentChanges, TakesEveryCodeForChangedAfterMoreChangesThanItRemembers) {
  RecentChanges changes;
  for (std::size_t i = 0; i < RecentChanges::kRemembered / 2; ++i) changes.add(1);
  const std::uint64_t begin = changes.count();
  for (std::size_t i = 0; i < RecentChanges::kRemembered; ++i) changes.add(2);
  EXPECT_FALSE(changes.changed_since(begin, 1));
  EXPECT_TRUE(changes.changed_since(begin, 2));
  changes.add(2);
  EXPECT_TRUE(changes.changed_since(begin, 1));
}

}  // namespace
}  // namespace curt::cache
