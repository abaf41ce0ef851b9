#include "app/transfer/reading/fields/values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/links/link_rules.hpp"

namespace curt::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SaysNothing, KnowsHowDatabasesAndScriptsWriteIt) {
  for (const std::string_view text : {"", "NULL", "\\N", "null", "undefined", "None"})
    EXPECT_TRUE(says_nothing(text)) << text;
  for (const std::string_view text : {"0", "nil", "Null and void", "none", "-"})
    EXPECT_FALSE(says_nothing(text)) << text;
}

TEST(ParseWholeNumber, TakesWhatSheetsWrite) {
  EXPECT_EQ(parse_whole_number("0"), 0);
  EXPECT_EQ(parse_whole_number(" 007 "), 7);
  EXPECT_EQ(parse_whole_number("1,234,567"), 1'234'567);
  EXPECT_EQ(parse_whole_number("12.0"), 12);
  EXPECT_EQ(parse_whole_number("1,234.00"), 1'234);
  EXPECT_EQ(parse_whole_number("12."), 12);
  EXPECT_EQ(parse_whole_number("-3"), -3);
  EXPECT_EQ(parse_whole_number("9223372036854775807"), INT64_MAX);
}

TEST(ParseWholeNumber, TakesNothingThatMayBeAnother) {
  for (const std::string_view text :
       {"", "-", ".", "1.5", "1,23", "1234,567", ",123", "1,,234", "1.234", "1.000", "1.000.000", "1 234",
        "1e3", "+5", "0x10", "ten", "1-", "9223372036854775808", "1,234,56"}) {
    EXPECT_EQ(parse_whole_number(text), std::nullopt) << text;
  }
}

TEST(ParseTruth, TakesTheWordsOfDatabasesAndSheets) {
  for (const std::string_view text : {"true", "T", "Yes", "y", "ON", "1", "active", "Enabled", " true "}) {
    EXPECT_EQ(parse_truth(text), true) << text;
  }
  for (const std::string_view text :
       {"false", "F", "No", "n", "off", "0", "inactive", "DISABLED", "\tfalse"}) {
    EXPECT_EQ(parse_truth(text), false) << text;
  }
  for (const std::string_view text : {"", "2", "maybe", "truey", "wahr"})
    EXPECT_EQ(parse_truth(text), std::nullopt) << text;
}

TEST(SplitTags, TakesBarsOrCommasAndSemicolons) {
  EXPECT_THAT(split_tags("a|b c | d,e||"), ElementsAre("a", "b c", "d,e"));
  EXPECT_THAT(split_tags("a, b c;d ,,"), ElementsAre("a", "b c", "d"));
  EXPECT_THAT(split_tags(" one "), ElementsAre("one"));
  EXPECT_THAT(split_tags(" | "), IsEmpty());
  EXPECT_THAT(split_tags(""), IsEmpty());
}

TEST(SplitTags, TakesAnArrayOfJson) {
  EXPECT_THAT(split_tags(R"( ["a|b","c, d","[e]"] )"), ElementsAre("a|b", "c, d", "[e]"));
  EXPECT_THAT(split_tags("[]"), IsEmpty());
  EXPECT_THAT(split_tags(R"([null,"",2024,"a"])"), ElementsAre("2024", "a"));
  EXPECT_THAT(split_tags(R"([{"id":1,"name":"a"},{"name":"b"}])"), ElementsAre("a", "b"));
  EXPECT_THAT(split_tags("[draft], b"), ElementsAre("[draft]", "b")) << "it is none";
  EXPECT_THAT(split_tags("[draft|b"), ElementsAre("[draft", "b"));
}

TEST(SplitTags, TakesAnArrayOfPostgres) {
  EXPECT_THAT(split_tags(R"({a,"b c","d|e"})"), ElementsAre("a", "b c", "d|e"));
  EXPECT_THAT(split_tags("{}"), IsEmpty());
  EXPECT_THAT(split_tags("{a"), ElementsAre("{a"));
}

TEST(FitTitle, LeavesWhatIsFit) {
  EXPECT_EQ(fit_title(" two  blanks "), " two  blanks ");
  EXPECT_EQ(fit_title(""), "");
}

TEST(FitTitle, MakesABlankOfLineBreaksAndWhatIsAroundThem) {
  EXPECT_EQ(fit_title("first \r\n\t second"), "first second");
  EXPECT_EQ(fit_title("\n a \x7f"), "a");
  EXPECT_EQ(fit_title("a\xc2\x85"
                      "b"),
            "a b");
  EXPECT_EQ(fit_title("\r\n"), "");
  EXPECT_EQ(fit_title(std::string_view{"a\0b", 3}), "a b");
  EXPECT_EQ(fit_title("two  blanks\nkept"), "two  blanks kept");
}

TEST(FitTitle, CutsAfterTheLastCharacterThatFits) {
  std::string longest;
  for (std::size_t i = 0; i < links::kMaxTitle; ++i) longest += "é";
  EXPECT_EQ(fit_title(longest), longest);
  EXPECT_EQ(fit_title(longest + "日"), longest);
  EXPECT_EQ(fit_title("\n" + longest + "x"), longest);
}

}  // namespace
}  // namespace curt::app
