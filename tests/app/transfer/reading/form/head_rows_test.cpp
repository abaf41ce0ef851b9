#include "app/transfer/reading/form/head_rows.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr CsvDialect kCommas;
constexpr bool kWhole = true;
constexpr bool kBeginning = false;

/// Each row after the number of its line.
std::vector<std::string> rows(std::string_view head, bool whole,
                              const std::optional<CsvDialect>& dialect = kCommas) {
  std::vector<std::string> texts;
  for (const HeadRow& row : rows_of(head, whole, dialect))
    texts.push_back(std::to_string(row.line) + ":" + row.text);
  return texts;
}

TEST(HeadRows, AreThoseThatAreNeitherBlankNorComments) {
  EXPECT_THAT(rows("# made by hand\r\n\n  \na,b\r\n,\n\"\",\"\"\nc,d", kWhole),
              ElementsAre("4:a,b", "7:c,d"));
  EXPECT_THAT(rows("", kWhole), IsEmpty());
  EXPECT_THAT(rows("# nothing\n", kWhole), IsEmpty());
}

TEST(HeadRows, HaveQuotedLineBreaksUnderADialect) {
  EXPECT_THAT(rows("a,\"b\nc\"\nd,e\n", kWhole), ElementsAre("1:a,\"b\nc\"", "3:d,e"));
  EXPECT_THAT(rows("a,\"b\nc\"\nd,e\n", kWhole, std::nullopt), ElementsAre("1:a,\"b", "2:c\"", "3:d,e"));
}

TEST(HeadRows, DoNotHaveALastOneThatMayGoOn) {
  EXPECT_THAT(rows("a,b\nc,d", kBeginning), ElementsAre("1:a,b"));
  EXPECT_THAT(rows("a,b\nc,d\r", kBeginning), ElementsAre("1:a,b"));
  EXPECT_THAT(rows("a,b\nc,d\n", kBeginning), ElementsAre("1:a,b", "2:c,d"));
  EXPECT_THAT(rows("a,b\nc,\"d\ne,f\n", kBeginning), ElementsAre("1:a,b"));
  EXPECT_THAT(rows("a,b", kBeginning), ElementsAre("1:a,b")) << "the only one";
  EXPECT_THAT(rows("a,b\nc,\"d\ne,f\n", kWhole), ElementsAre("1:a,b", "2:c,\"d", "3:e,f"));
}

TEST(IsBlank, IsWhatASheetWritesForAnEmptyRowAndForItsSeparator) {
  for (const std::string_view row :
       {"", " \t", ",,,", ";;", "\t\t", "\"\",\"\"", "sep=;", "SEP=,", "sep=\t"}) {
    EXPECT_TRUE(is_blank(row)) << row;
  }
  for (const std::string_view row : {"a", ",a", "sep=|", "sep", "#", "0"}) EXPECT_FALSE(is_blank(row)) << row;
}

TEST(IsBlankOrComment, KnowsACommentByItsFirstCharacter) {
  EXPECT_TRUE(is_blank_or_comment("# line 3: url is missing"));
  EXPECT_TRUE(is_blank_or_comment("  #"));
  EXPECT_TRUE(is_blank_or_comment(",,"));
  EXPECT_FALSE(is_blank_or_comment("a,#1"));
}

}  // namespace
}  // namespace curt::app
