#include "app/transfer/reading/bytes/beginning.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/packed.hpp"

namespace curt::app {
namespace {

using namespace std::string_literals;

using testing::HasSubstr;

std::string what(const std::string& head) {
  const Beginning beginning = judge_beginning(head, true);
  EXPECT_EQ(beginning.form, ByteForm::other) << head;
  return beginning.what;
}

std::string tar() {
  std::string archive(512, '\0');
  archive.replace(0, 9, "links.csv");
  archive.replace(257, 5, "ustar");
  return archive;
}

TEST(JudgeBeginning, NamesWhatIsNoText) {
  EXPECT_THAT(what("PK\x03\x04 and more"), HasSubstr("a ZIP archive, or a sheet of Excel"));
  EXPECT_THAT(what("PK\x05\x06"), HasSubstr("an empty ZIP archive"));
  EXPECT_THAT(what("\xfd\x37zXZ\0"s), HasSubstr("xz data"));
  EXPECT_THAT(what("BZh91AY&SY"), HasSubstr("bzip2 data"));
  EXPECT_THAT(what("BZh11AY&SY"), HasSubstr("bzip2 data"));
  EXPECT_THAT(what("7z\xbc\xaf\x27\x1c"), HasSubstr("a 7z archive"));
  EXPECT_THAT(what("Rar!\x1a\x07\x01\x00"s), HasSubstr("a RAR archive"));
  EXPECT_THAT(what("\x04\x22\x4d\x18"), HasSubstr("lz4 data"));
  EXPECT_THAT(what("\x1f\x9d\x90"), HasSubstr("data of compress"));
  EXPECT_THAT(what("%PDF-1.7"), HasSubstr("a PDF document"));
  EXPECT_THAT(what("SQLite format 3\0\x10"s), HasSubstr("an SQLite database"));
  EXPECT_THAT(what("PGDMP\x01\x0e"), HasSubstr("a dump of Postgres"));
  EXPECT_THAT(what("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), HasSubstr("an old Excel sheet"));
  EXPECT_THAT(what(tar()), HasSubstr("a tar archive"));
}

TEST(JudgeBeginning, NamesUtf32) {
  EXPECT_THAT(what("\xff\xfe\0\0a\0\0\0"s), HasSubstr("UTF-32"));
  EXPECT_THAT(what("\0\0\xfe\xff\0\0\0a"s), HasSubstr("UTF-32"));
  EXPECT_THAT(what("a\0\0\0b\0\0\0"s), HasSubstr("UTF-32"));
  EXPECT_THAT(what("\0\0\0a\0\0\0b"s), HasSubstr("UTF-32"));
}

TEST(JudgeBeginning, SaysAtWhichByteItIsNoText) {
  EXPECT_EQ(what("ab\0c\0\0"s), "not text: byte 3 is zero");
  EXPECT_EQ(what("REDIS0011\xfa\x09redis-ver\x00\x01"s), "not text: byte 21 is zero");
}

TEST(JudgeBeginning, TakesTextForTextThatBeginsLikeASignature) {
  for (const std::string text : {"PK", "PK,https://example.com/\n", "BZh", "BZhang,https://example.com/\n",
                                 "Rar!\n", "SQLite format 3 explained,https://example.com/\n",
                                 "7z,https://example.com/\n", "P*M\n", "%PDF\n", "\xef\xbb\n", ""}) {
    EXPECT_EQ(judge_beginning(text, true).form, ByteForm::utf8) << text;
  }
}

TEST(JudgeBeginning, DoesNotTakeAZeroByteInALaterLineForUtf16) {
  EXPECT_EQ(judge_beginning("a\nb\0\n"s, true).form, ByteForm::utf8);
}

TEST(JudgeBeginning, JudgesByNoMoreThanItMust) {
  EXPECT_EQ(judge_beginning("https://example.com/\n", false).form, ByteForm::utf8);
  EXPECT_EQ(judge_beginning("\x1f\x8b", false).form, ByteForm::gzip);
  EXPECT_EQ(judge_beginning("\xff\xfe", false).form, ByteForm::undecided);
  EXPECT_EQ(judge_beginning("\xff\xfe"s + "a", false).form, ByteForm::utf16_little);
  EXPECT_EQ(judge_beginning("", false).form, ByteForm::undecided);
  EXPECT_EQ(judge_beginning("h", false).form, ByteForm::undecided);
  EXPECT_EQ(judge_beginning(std::string(kBeginning, 'x'), false).form, ByteForm::utf8);
}

TEST(JudgeBeginning, JudgesNoLongerHeadInAnotherWay) {
  const std::string line = "x,https://example.com/" + std::string(600, 'y') + "\n";
  for (const std::string& bytes :
       {line, test::utf16_little(line), test::utf16_big(line), "\xff\xfe" + line, tar() + tar(),
        "SQLite" + line, "SQLite format 3\0"s + line, "BZh9" + line, "\n" + line}) {
    const ByteForm whole = judge_beginning(bytes, true).form;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const ByteForm form = judge_beginning(std::string_view{bytes}.substr(0, size), false).form;
      if (size >= kBeginning) {
        ASSERT_NE(form, ByteForm::undecided) << size;
      }
      if (form != ByteForm::undecided) {
        ASSERT_EQ(form, whole) << size;
      }
    }
  }
}

}  // namespace
}  // namespace curt::app
