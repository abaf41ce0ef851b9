#include "app/transfer/reading/rows/text_records.hpp"

#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/packed.hpp"
#include "support/app/piecewise_source.hpp"

namespace curt::app {
namespace {

using namespace std::string_literals;

using test::PiecewiseSource;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr CsvDialect kCommas;

std::vector<RawRecord> read(std::istream& in, std::optional<CsvDialect> dialect) {
  DecodedInput decoded{in};
  TextRecords records{decoded, dialect};
  std::vector<RawRecord> all;
  while (auto record = records.next()) all.push_back(*std::move(record));
  return all;
}

std::vector<RawRecord> read(const std::string& text, std::optional<CsvDialect> dialect = {}) {
  std::istringstream in{text};
  return read(in, dialect);
}

TEST(TextRecords, AreLinesWithoutTheirEnds) {
  EXPECT_THAT(read("a\n\r\nb\r\n\nc"), ElementsAre(RawRecord{1, "a"}, RawRecord{2, ""}, RawRecord{3, "b"},
                                                   RawRecord{4, ""}, RawRecord{5, "c"}));
  EXPECT_THAT(read(""), IsEmpty());
  EXPECT_THAT(read("\n"), ElementsAre(RawRecord{1, ""}));
  EXPECT_THAT(read("a\r"), ElementsAre(RawRecord{1, "a"}));
  EXPECT_THAT(read("\xef\xbb\xbfx\n"), ElementsAre(RawRecord{1, "x"}));
}

TEST(TextRecords, KeepZeroBytesAndThoseThatAreNoUtf8) {
  EXPECT_THAT(read("x\na\0b\n\xff\n"s),
              ElementsAre(RawRecord{1, "x"}, RawRecord{2, "a\0b"s}, RawRecord{3, "\xff"}));
}

TEST(TextRecords, HaveQuotedLineBreaksInATableAlone) {
  const std::string text = "a,\"b\r\nc\n\"\r\nd,e\n";
  EXPECT_THAT(read(text, kCommas), ElementsAre(RawRecord{1, "a,\"b\r\nc\n\""}, RawRecord{4, "d,e"}));
  EXPECT_THAT(read(text), SizeIs(4));
}

TEST(TextRecords, EndWithTheTextInsideOfQuotes) {
  EXPECT_THAT(read("a,\"b\nc\"", kCommas), ElementsAre(RawRecord{1, "a,\"b\nc\""}));
  EXPECT_THAT(read("a,\"b\nc\"\r\n", kCommas), ElementsAre(RawRecord{1, "a,\"b\nc\""}));
}

TEST(TextRecords, LoseOneLineToAQuoteThatIsNeverClosed) {
  EXPECT_THAT(read("a,\"b\nc,d\ne,f\n", kCommas),
              ElementsAre(RawRecord{1, "a,\"b"}, RawRecord{2, "c,d"}, RawRecord{3, "e,f"}));
}

TEST(TextRecords, LoseOneLineToAQuoteThatIsNotClosedInALongText) {
  std::string text = "a,\"b\n";
  std::size_t lines = 1;
  for (; text.size() < 4 * RawRecord::kMaxSize; ++lines) text += "code,https://example.com/\n";
  const auto records = read(text, kCommas);
  ASSERT_THAT(records, SizeIs(lines));
  EXPECT_EQ(records.front(), (RawRecord{1, "a,\"b"}));
  EXPECT_EQ(records.back(), (RawRecord{lines, "code,https://example.com/"}));
}

TEST(TextRecords, LoseOneLineToAStrayQuote) {
  EXPECT_THAT(read("a,b \"c\nd,e\n", kCommas), ElementsAre(RawRecord{1, "a,b \"c"}, RawRecord{2, "d,e"}));
}

TEST(TextRecords, TakeALineOfTheGreatestSizeAndCutALongerOne) {
  const std::string greatest(RawRecord::kMaxSize, 'x');
  for (const std::string& end : {"\n"s, "\r\n"s, ""s}) {
    EXPECT_TRUE(read(greatest + end) == (std::vector{RawRecord{1, greatest}})) << end.size();
    EXPECT_TRUE(read(greatest + "y" + end) == (std::vector{RawRecord{1, greatest, true}})) << end.size();
    EXPECT_TRUE(read(greatest + end, kCommas) == (std::vector{RawRecord{1, greatest}})) << end.size();
  }
  const std::string endless(5 * RawRecord::kMaxSize, 'x');
  EXPECT_TRUE(read("a\n" + endless + "\nb\n") ==
              (std::vector{RawRecord{1, "a"}, RawRecord{2, greatest, true}, RawRecord{3, "b"}}));
}

TEST(TextRecords, TakeARowOfTheGreatestSizeAndOneMoreAsItsFirstLine) {
  const std::string filler(RawRecord::kMaxSize - 6, 'x');
  EXPECT_THAT(read("a,\"\n" + filler + "x\"\nb\n", kCommas), SizeIs(2));
  const auto longer = read("a,\"\n" + filler + "xx\"\nb\n", kCommas);
  ASSERT_THAT(longer, SizeIs(3));
  EXPECT_EQ(longer.front(), (RawRecord{1, "a,\""}));
  EXPECT_EQ(longer.back(), (RawRecord{3, "b"}));
}

TEST(TextRecords, AreTheSameInWhateverPiecesTheyCome) {
  const std::string text = "a,\"b\r\nc\"\"d\"\r\n\r\ne,f\n\"g\nh\",i\r\nlast,\"x\"";
  const auto expected = read(text, kCommas);
  ASSERT_THAT(expected, SizeIs(5));
  for (std::size_t seam = 1; seam <= text.size(); ++seam) {
    PiecewiseSource source{text, [&](std::size_t piece) { return piece == 0 ? seam : std::size_t{1}; }};
    std::istream in{&source};
    EXPECT_EQ(read(in, kCommas), expected) << seam;
  }
}

TEST(TextRecords, ComeBeforeThePipeHasMore) {
  const std::string text = "a,b\nc,\"d\"\ne,f\n";
  PiecewiseSource source{text, [](std::size_t piece) { return std::size_t{piece == 1 ? 6U : 4U}; }};
  std::istream in{&source};
  DecodedInput decoded{in};
  TextRecords records{decoded, kCommas};
  EXPECT_EQ(records.next(), (RawRecord{1, "a,b"}));
  EXPECT_EQ(source.given(), 4U);
  EXPECT_EQ(records.next(), (RawRecord{2, "c,\"d\""}));
  EXPECT_EQ(source.given(), 10U);
}

TEST(TextRecords, EndBeforeALineThatAFailureMayHaveCut) {
  const std::string packed = test::gzip("a\nb\nc");
  EXPECT_THAT(read(packed.substr(0, packed.size() - 1)), ElementsAre(RawRecord{1, "a"}, RawRecord{2, "b"}));
}

TEST(TextRecords, EndBeforeQuotesThatAFailureMayHaveKeptOpen) {
  const std::string packed = test::gzip("a\nb,\"c\nd\n");
  EXPECT_THAT(read(packed.substr(0, packed.size() - 1), kCommas), ElementsAre(RawRecord{1, "a"}));
}

}  // namespace
}  // namespace curt::app
