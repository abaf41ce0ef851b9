#include "app/transfer/reading/rows/csv.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using namespace std::string_literals;

using testing::ElementsAre;
using Kind = RowEnd::Kind;

constexpr CsvDialect kCommas;
constexpr CsvDialect kSemicolons{';', false};
constexpr CsvDialect kTabs{'\t', false};
constexpr CsvDialect kMySql{',', true};
constexpr CsvDialect kOutfile{'\t', false, true};

std::vector<std::string> split(std::string_view row, const CsvDialect& dialect = kCommas) {
  auto fields = split_row(row, dialect);
  return fields ? *std::move(fields)
                : std::vector<std::string>{"error: " + fields.error().fields.at(0).message};
}

TEST(SplitRow, TakesFieldsBetweenSeparators) {
  EXPECT_THAT(split("a,https://a.example,Title"), ElementsAre("a", "https://a.example", "Title"));
  EXPECT_THAT(split("a;https://a.example/x,y;"), ElementsAre("a;https://a.example/x", "y;"));
  EXPECT_THAT(split("a;https://a.example/x,y;", kSemicolons), ElementsAre("a", "https://a.example/x,y", ""));
  EXPECT_THAT(split("a\tb c\t\td", kTabs), ElementsAre("a", "b c", "", "d"));
}

TEST(SplitRow, KeepsEmptyFields) {
  EXPECT_THAT(split(""), ElementsAre(""));
  EXPECT_THAT(split(",,"), ElementsAre("", "", ""));
  EXPECT_THAT(split("\"\",\"\""), ElementsAre("", ""));
}

TEST(SplitRow, LeavesOutBlanksAroundAFieldButNotThoseInQuotes) {
  EXPECT_THAT(split("  a b , \" c \" ,\td\t"), ElementsAre("a b", " c ", "d"));
  EXPECT_THAT(split(" a\t \tb ", kTabs), ElementsAre("a", "", "b"));
}

TEST(SplitRow, TakesSeparatorsAndLineBreaksInQuotes) {
  EXPECT_THAT(split("a,\"x,y\r\nz\",b"), ElementsAre("a", "x,y\r\nz", "b"));
  EXPECT_THAT(split("a;\"x;y\"", kSemicolons), ElementsAre("a", "x;y"));
}

TEST(SplitRow, TakesADoubledQuoteAsOne) {
  EXPECT_THAT(split(R"("He said ""hi""","""","""""")"), ElementsAre("He said \"hi\"", "\"", "\"\""));
}

TEST(SplitRow, TakesBackslashesAsMySqlWritesThemOnlyInItsDialect) {
  EXPECT_THAT(split(R"("a \"b\" \\ c\n",\N)", kMySql), ElementsAre(R"(a "b" \ c\n)", "\\N"));
  EXPECT_THAT(split(R"("a ""b""")", kMySql), ElementsAre("a \"b\""));
  EXPECT_THAT(split(R"("C:\",b)"), ElementsAre("C:\\", "b"));
  EXPECT_THAT(split(R"("C:\",b)", kMySql), ElementsAre("error: has a quote that is not closed"));
}

TEST(SplitRow, TakesWhatABackslashEscapesOutsideQuotesOnlyInItsDialect) {
  EXPECT_THAT(split("\\N\t\ta\\\tb\tc\\td\\\\n\te\\\nf", kOutfile),
              ElementsAre("", "", "a\tb", "c\td\\n", "e\nf"));
  EXPECT_THAT(split("\\0\\r\t\\Users\ta\\", kOutfile), ElementsAre("\0\r"s, "\\Users", "a\\"));
  EXPECT_THAT(split("\"a\\t\tb\"\t\\t\tc", kOutfile), ElementsAre("a\\t\tb", "", "c"));
  EXPECT_THAT(split("\\N\ta\\td", kTabs), ElementsAre("\\N", "a\\td"));
}

TEST(SplitRow, SaysWhatIsWrongWithQuotes) {
  EXPECT_THAT(split("a,\"b"), ElementsAre("error: has a quote that is not closed"));
  EXPECT_THAT(split("a,\"b\"c,d"),
              ElementsAre("error: has something between a closing quote and the next separator"));
  EXPECT_THAT(split("a,b \"c\",d"),
              ElementsAre("error: has a quote inside a field without quotes; put quotes around "
                          "the field and double those in it"));
}

TEST(SplitRow, TakesLoneQuotesBetweenTabsAsTheyAre) {
  EXPECT_THAT(split("a\tHe said \"hi\"\t\"b", kTabs), ElementsAre("a", "He said \"hi\"", "\"b"));
  EXPECT_THAT(split("\"a\" b\t\"c\td\"", kTabs), ElementsAre("\"a\" b", "c\td"));
}

TEST(SplitRow, TakesBytesOfAnyKind) {
  EXPECT_THAT(split("a\0b,\xff,日本"s), ElementsAre("a\0b"s, "\xff", "日本"));
}

TEST(FindRowEnd, IsAtTheFirstLineEndWhereNoQuoteIs) {
  EXPECT_EQ(find_row_end("a,b\nc,d\n", kCommas), (RowEnd{3, Kind::line_end}));
  EXPECT_EQ(find_row_end("a,b\r\nc,d\n", kCommas), (RowEnd{3, Kind::line_end}));
  EXPECT_EQ(find_row_end("a,b", kCommas), (RowEnd{3, Kind::line_end}));
  EXPECT_EQ(find_row_end("\n", kCommas), (RowEnd{0, Kind::line_end}));
  EXPECT_EQ(find_row_end("", kCommas), (RowEnd{0, Kind::line_end}));
}

TEST(FindRowEnd, StepsOverLineEndsInQuotes) {
  EXPECT_EQ(find_row_end("a,\"b\nc\"\nd", kCommas), (RowEnd{7, Kind::line_end}));
  EXPECT_EQ(find_row_end("\"a\r\n\"\"b\"\r\nd", kCommas), (RowEnd{8, Kind::line_end}));
  EXPECT_EQ(find_row_end("\"a\nb\" ,\"c\nd\"", kCommas), (RowEnd{12, Kind::line_end}));
  EXPECT_EQ(find_row_end("\"a\nb\"\r", kCommas), (RowEnd{5, Kind::line_end}));
  EXPECT_EQ(find_row_end("\"a\\\"\nb\"\n", kMySql), (RowEnd{7, Kind::line_end}));
}

TEST(FindRowEnd, StepsOverLineEndsThatABackslashEscapes) {
  EXPECT_EQ(find_row_end("a\\\nb\tc\nd", kOutfile), (RowEnd{6, Kind::line_end}));
  EXPECT_EQ(find_row_end("a\\\\\nb", kOutfile), (RowEnd{3, Kind::line_end}));
  EXPECT_EQ(find_row_end("a\\\\\r\nb", kOutfile), (RowEnd{3, Kind::line_end}));
  EXPECT_EQ(find_row_end("a\\\n", kOutfile), (RowEnd{3, Kind::line_end})) << "there may be more";
  EXPECT_EQ(find_row_end("a\\", kOutfile), (RowEnd{2, Kind::line_end}));
  EXPECT_EQ(find_row_end("a\\\nb", kTabs), (RowEnd{2, Kind::line_end}));
}

TEST(FindRowEnd, IsOpenWhereAQuoteIsNotClosed) {
  EXPECT_EQ(find_row_end("a,\"b\nc,d\n", kCommas), (RowEnd{9, Kind::open}));
  EXPECT_EQ(find_row_end("a,\"b\"\"", kCommas), (RowEnd{6, Kind::open}));
}

TEST(FindRowEnd, IsAfterTheFirstLineWhereQuotesAreNotThoseOfATable) {
  EXPECT_EQ(find_row_end("a,b \"c\nd\",e\n", kCommas), (RowEnd{6, Kind::torn}));
  EXPECT_EQ(find_row_end("a,\"b\nc\" d\ne", kCommas), (RowEnd{4, Kind::torn}));
}

TEST(FindRowEnd, TakesLoneQuotesBetweenTabs) {
  EXPECT_EQ(find_row_end("a\tsay \"hi\nb\tc\n", kTabs), (RowEnd{9, Kind::line_end}));
  EXPECT_EQ(find_row_end("a\t\"b\nc\"\td\n", kTabs), (RowEnd{9, Kind::line_end}));
}

}  // namespace
}  // namespace curt::app
