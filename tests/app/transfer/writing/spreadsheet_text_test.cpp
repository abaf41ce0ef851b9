#include "app/transfer/writing/spreadsheet_text.hpp"

#include <gtest/gtest.h>

namespace curt::app {
namespace {

TEST(SpreadsheetText, IsDisarmedWhereItBeginsAsAFormulaDoes) {
  EXPECT_EQ(disarmed("=1+1"), "'=1+1");
  EXPECT_EQ(disarmed("+1"), "'+1");
  EXPECT_EQ(disarmed("-promo"), "'-promo");
  EXPECT_EQ(disarmed("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(disarmed("\tx"), "'\tx");
  EXPECT_EQ(disarmed("\rx"), "'\rx");
  EXPECT_EQ(disarmed("\nx"), "'\nx");
  EXPECT_EQ(disarmed("="), "'=");
}

TEST(SpreadsheetText, IsDisarmedInFullwidthAndSmallForms) {
  for (const std::string sign : {"＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−"}) {
    EXPECT_EQ(disarmed(sign + "1"), "'" + sign + "1");
  }
}

TEST(SpreadsheetText, IsDisarmedBehindBlanksAndQuotes) {
  for (const std::string blank :
       {" ", "   ", "\"", " \"", "\v", "\f", "\u00a0", "\u2003", "\u200b", "\u3000", "\ufeff", "\u2028 "}) {
    EXPECT_EQ(disarmed(blank + "=1"), "'" + blank + "=1");
  }
}

TEST(SpreadsheetText, IsDisarmedWhereAnotherSeparatorWouldBeginAField) {
  EXPECT_EQ(disarmed("Sale;=HYPERLINK(\"http://x\")"), "Sale;'=HYPERLINK(\"http://x\")");
  EXPECT_EQ(disarmed("a; \"=1\";-2"), "a;' \"=1\";'-2");
  EXPECT_EQ(disarmed("a\r\n=1"), "a\r'\n'=1");
  EXPECT_EQ(disarmed("https://example.com/;@x?a=1"), "https://example.com/;'@x?a=1");
}

TEST(SpreadsheetText, StaysAsItIsWhereNothingInItBeginsSo) {
  for (const char* text : {"", "Spring sale", "a=b", "1-2", "a@example.com", "https://example.com/?a=1+1",
                           "'=1", "#=1", "a,=1", " Grüße ", "2;3", ";", "日本＝"}) {
    EXPECT_EQ(disarmed(text), text);
  }
}

}  // namespace
}  // namespace curt::app
