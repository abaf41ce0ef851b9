#include "app/transfer/reading/form/column_choices.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::StartsWith;

/// The choices as "column:number:name", one after another.
std::string choices(const std::vector<std::string>& texts) {
  const auto parsed = parse_column_choices(texts);
  if (!parsed) return parsed.error().detail;
  std::string text;
  for (const ColumnChoice& choice : *parsed) {
    if (!text.empty()) text += ' ';
    text += std::string{name_of(choice.column)} + ':' + std::to_string(choice.number) + ':' + choice.name;
  }
  return text;
}

TEST(ColumnChoices, AreByNumberByNameAndNone) {
  EXPECT_EQ(choices({"code=1,url=Landing page,clicks=none"}), "code:1: url:0:Landing page clicks:0:");
  EXPECT_EQ(choices({" code = 12 , url = ziel=url "}), "code:12: url:0:ziel=url");
  EXPECT_EQ(choices({"code=1", "url=2,"}), "code:1: url:2:");
  EXPECT_EQ(choices({"url=1000"}), "url:1000:");
  EXPECT_EQ(choices({"url=2. Spalte"}), "url:0:2. Spalte");
  EXPECT_EQ(choices({""}), "");
  EXPECT_EQ(choices({}), "");
}

TEST(ColumnChoices, SayWhatIsWrongWithThem) {
  EXPECT_EQ(choices({"url"}), "--map: \"url\" is not COLUMN=NUMBER or COLUMN=NAME");
  EXPECT_EQ(choices({"code=1,,url=2"}), "--map: \"\" is not COLUMN=NUMBER or COLUMN=NAME");
  EXPECT_EQ(choices({"url="}), "--map: url= needs a number or a name, or none");
  EXPECT_EQ(choices({"url=0"}), "--map: url=0 must be a number from 1 to 1000");
  EXPECT_EQ(choices({"url=1001"}), "--map: url=1001 must be a number from 1 to 1000");
  EXPECT_EQ(choices({"url=99999999999999999999"}),
            "--map: url=99999999999999999999 must be a number from 1 to 1000");
  EXPECT_EQ(choices({"url=1,code=2", "url=3"}), "--map: url is given twice");
  EXPECT_THAT(choices({"link=2"}), StartsWith("--map: \"link\" is none of code, short_url, url, title, "));
  EXPECT_THAT(choices({"=2"}), StartsWith("--map: \"\" is none of code, "));
  EXPECT_THAT(choices({"\x1b[31m=2"}), StartsWith("--map: \"\\u001b[31m\" is none of code, "));
}

}  // namespace
}  // namespace curt::app
