// The table of names in docs/moving.md and meaning_of() say the same.
#include <fstream>
#include <regex>
#include <string>

#include <gtest/gtest.h>

#include "app/transfer/reading/fields/column.hpp"
#include "support/paths.hpp"

namespace curt::app {
namespace {

TEST(MovingDocument, NamesColumnsThatAreUnderstood) {
  std::ifstream in{test::source_dir() + "/docs/moving.md"};
  std::string line;
  while (std::getline(in, line) && line != "## The names of columns") continue;
  const std::regex row{R"(\| `([a-z_]+)` \| (.*) \|)"};
  const std::regex name{"`([^`]+)`"};
  int names = 0;
  while (std::getline(in, line)) {
    std::smatch cells;
    if (!std::regex_match(line, cells, row)) continue;
    const auto column = column_from(cells[1].str());
    ASSERT_TRUE(column) << line;
    const std::string others = cells[2];
    for (std::sregex_iterator other{others.begin(), others.end(), name}, end; other != end;
         ++other, ++names) {
      const auto meaning = meaning_of((*other)[1].str());
      ASSERT_TRUE(meaning) << (*other)[1];
      EXPECT_EQ(meaning->column, *column) << (*other)[1];
    }
  }
  EXPECT_GT(names, 50);
}

}  // namespace
}  // namespace curt::app
