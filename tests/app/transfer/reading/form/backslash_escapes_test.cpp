#include "app/transfer/reading/form/backslash_escapes.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/records_in_words.hpp"

namespace curt::app {
namespace {

using test::read;
using testing::ElementsAre;

bool escapes(std::string_view text) { return has_backslash_escapes(text, true); }

TEST(BackslashEscapes, AreToldByAFieldThatIsNull) {
  EXPECT_TRUE(escapes("a\t\\N\n"));
  EXPECT_TRUE(escapes("\\N\ta"));
  EXPECT_TRUE(escapes("a\t\\N\r\n"));
  EXPECT_TRUE(escapes("a\tx\\\ty\\\nz \\\\ \\n\t\\N"));
  EXPECT_FALSE(escapes("a\tb\n")) << "no NULL";
  EXPECT_FALSE(escapes("a\tx\\ty\n")) << "no NULL";
  EXPECT_FALSE(escapes("a\tNULL\n"));
  EXPECT_FALSE(escapes("a\tx \\N\n"));
  EXPECT_FALSE(escapes("a\t\\Nx\n"));
}

TEST(BackslashEscapes, AreNotThereWhereABackslashStandsForItself) {
  EXPECT_FALSE(escapes("a\tC:\\Users\t\\N\n"));
  EXPECT_FALSE(escapes("a\t\\N\n\\d+\\.html\tb\n"));
  EXPECT_FALSE(escapes("a\t\\N\nC:\\"));
}

TEST(BackslashEscapes, AreNotToldByComments) {
  EXPECT_TRUE(escapes("# C:\\Users\na\t\\N\n"));
  EXPECT_FALSE(escapes("# a\t\\N\na\tb\n"));
  EXPECT_TRUE(escapes("# a backslash escapes here, and \\N is an empty field\r\na\tb\n"));
}

TEST(BackslashEscapes, AreToldAlsoByATextThatGoesOn) {
  EXPECT_TRUE(has_backslash_escapes("a\t\\N\nb\\", false));
  EXPECT_FALSE(has_backslash_escapes("a\tb\nb\\", false));
}

TEST(BackslashEscapes, AreReadInRowsOfTables) {
  EXPECT_THAT(read("code\turl\ttitle\tnotes\n"
                   "a\thttps://a.example\tone\\ntwo \\\\ \"three\"\t\\N\n"
                   "b\thttps://b.example\tone\\\ttwo\\\nthree\t\\N\r\n"
                   "c\thttps://c.example\t\\N\t\\N\n"),
              ElementsAre("2: a -> https://a.example \"one two \\ \"three\"\"",
                          "3: b -> https://b.example \"one two three\"", "5: c -> https://c.example"));
  EXPECT_THAT(read("code\turl\ttitle\tnotes\na\thttps://a.example\tone\r\\\ntwo\r\t\\N\n"),
              ElementsAre("2: a -> https://a.example \"one two\""));
  EXPECT_THAT(read("a\thttps://a.example\tone\\\ttwo\nb\thttps://b.example\t\\N\n"),
              ElementsAre("1: a -> https://a.example \"one two\"", "2: b -> https://b.example"));
}

TEST(BackslashEscapes, AreNotReadInTablesOfOthers) {
  EXPECT_THAT(read("code\turl\ttitle\na\thttps://a.example\tC:\\temp\\new\nb\thttps://b.example\tNULL\n"),
              ElementsAre("2: a -> https://a.example \"C:\\temp\\new\"", "3: b -> https://b.example"));
  EXPECT_THAT(read("code\turl\ttitle\na\thttps://a.example\tC:\\Users\\new\nb\thttps://b.example\t\\N\n"),
              ElementsAre("2: a -> https://a.example \"C:\\Users\\new\"", "3: b -> https://b.example"));
  EXPECT_THAT(read("code,url,title\na,https://a.example,C:\\temp\nb,https://b.example,\\N\n"),
              ElementsAre("2: a -> https://a.example \"C:\\temp\"", "3: b -> https://b.example"));
}

}  // namespace
}  // namespace curt::app
