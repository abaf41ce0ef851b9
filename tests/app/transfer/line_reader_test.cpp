#include "app/transfer/line_reader.hpp"

#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  LineReader reader{in};
  std::vector<std::string> lines;
  while (auto line = reader.next()) lines.push_back(line->text);
  EXPECT_EQ(reader.bytes_read(), text.size());
  EXPECT_EQ(reader.failure(), "");
  return lines;
}

TEST(LineReader, EndsLinesWithLfOrCrlf) {
  EXPECT_THAT(lines_of("a\nb\r\n\nc\n"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(lines_of("a\rb\r\r\n"), ElementsAre("a\rb\r"));
  EXPECT_THAT(lines_of(""), ElementsAre());
}

TEST(LineReader, TakesALastLineWithoutAnEnd) {
  EXPECT_THAT(lines_of("a\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(lines_of("a\r"), ElementsAre("a"));
}

TEST(LineReader, LeavesOutAByteOrderMarkAtTheBeginningOnly) {
  EXPECT_THAT(lines_of("\xef\xbb\xbf"
                       "a\n\xef\xbb\xbf"
                       "b\n"),
              ElementsAre("a",
                          "\xef\xbb\xbf"
                          "b"));
}

TEST(LineReader, KeepsNulBytes) {
  EXPECT_THAT(lines_of(std::string("a\0b\n", 4)), ElementsAre(std::string("a\0b", 3)));
}

TEST(LineReader, CountsLinesFromOne) {
  std::istringstream in{"a\n\nb"};
  LineReader reader{in};
  EXPECT_EQ(reader.next()->number, 1U);
  EXPECT_EQ(reader.next()->number, 2U);
  EXPECT_EQ(reader.next()->number, 3U);
}

TEST(LineReader, CutsALineThatIsTooLongAndGoesOnBehindIt) {
  constexpr std::size_t kMax = LineReader::kMaxLine;
  const std::string longest(kMax, 'x');
  for (const std::string end : {"\n", "\r\n", ""}) {
    std::istringstream in{longest + end};
    const auto line = LineReader{in}.next();
    EXPECT_EQ(line->text, longest);
    EXPECT_FALSE(line->cut);
  }
  for (const std::size_t extra : {1, 2, 200'000}) {
    std::istringstream in{longest + std::string(extra, 'y') + "\nnext\n"};
    LineReader reader{in};
    const auto line = reader.next();
    EXPECT_EQ(line->text, longest);
    EXPECT_TRUE(line->cut);
    const auto next = reader.next();
    EXPECT_EQ(next->text, "next");
    EXPECT_FALSE(next->cut);
    EXPECT_EQ(next->number, 2U);
  }
}

/// A disk that fails after some bytes.
class FailingSource final : public std::stringbuf {
 public:
  using std::stringbuf::stringbuf;

 protected:
  int_type underflow() override { throw std::ios_base::failure{"the disk failed"}; }
};

TEST(LineReader, SaysWhenReadingFailsAndHidesTheBrokenLine) {
  FailingSource source{"a\nb"};
  std::istream in{&source};
  LineReader reader{in};
  EXPECT_EQ(reader.next()->text, "a");
  EXPECT_FALSE(reader.next());
  EXPECT_NE(reader.failure(), "");
}

}  // namespace
}  // namespace curt::app
