#include "store/statement.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/postgres/connection/statement.hpp"
#include "store/sqlite/connection/statement.hpp"
#include "support/paths.hpp"

namespace curt::store {
namespace {

using ::testing::UnorderedElementsAreArray;

/// The names of all Statement constants in a folder of src/store.
std::vector<std::string> statements_in(const std::string& folder) {
  const std::regex constant{R"re(constexpr Statement k\w+\{\s*"(\w+)")re"};
  std::vector<std::string> names;
  const std::filesystem::path root = std::filesystem::path{test::source_dir()} / "src/store" / folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{root}) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file{entry.path()};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    for (std::sregex_iterator found{text.begin(), text.end(), constant}, end; found != end; ++found) {
      names.push_back(found->str(1));
    }
  }
  return names;
}

TEST(Statement, OfEachNameIsWrittenOnce) {
  EXPECT_THAT(statements_in("sqlite"), UnorderedElementsAreArray(sqlite::kStatementNames));
  EXPECT_THAT(statements_in("postgres"), UnorderedElementsAreArray(postgres::kStatementNames));
}

TEST(Statement, IsFoundByItsName) {
  constexpr sqlite::Statement ping{"ping", "SELECT 1", Charge::nothing};
  EXPECT_EQ(sqlite::kStatementNames[ping.number()], "ping");
  EXPECT_EQ(ping.name(), "ping");
  EXPECT_FALSE(ping.is_charged());
}

}  // namespace
}  // namespace curt::store
