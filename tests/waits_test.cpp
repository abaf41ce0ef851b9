#include "support/house/waits.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/paths.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

TEST(Waits, AreBoundedAndListed) { EXPECT_THAT(unbounded_waits(source_dir()), testing::IsEmpty()); }

TEST(Waits, OfAFileThatIsNotListedAreComplainedOf) {
  const TempFolder folder;
  std::filesystem::create_directories(folder.path() / "src/links");
  std::ofstream{folder.path() / "src/links/lookup.cpp"} << "  co_await timer.async_wait(use_awaitable);\n";
  std::ofstream{folder.path() / "src/links/other.cpp"} << "  // as timer.async_wait() would\n";
  const auto complaints = unbounded_waits(folder.path());
  EXPECT_THAT(complaints,
              testing::Contains("src/links/lookup.cpp suspends a coroutine: what bounds the wait?"));
  EXPECT_THAT(complaints, testing::Not(testing::Contains(testing::HasSubstr("src/links/other.cpp"))));
  EXPECT_THAT(complaints, testing::Contains("src/links/visit_budget.cpp is listed and does not wait"));
}

}  // namespace
}  // namespace curt::test
