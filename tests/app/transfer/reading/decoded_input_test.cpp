#include "app/transfer/reading/decoded_input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <ios>
#include <istream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/app/decoded_text.hpp"
#include "support/app/packed.hpp"
#include "support/app/piecewise_source.hpp"

namespace curt::app {
namespace {

using namespace std::string_literals;

using test::decode;
using test::Decoded;
using test::gzip;
using test::PiecewiseSource;
using test::table;
using test::text_of;
using test::utf16_big;
using test::utf16_little;
using test::zstd;

TEST(DecodedInput, GivesUtf8AsItIs) {
  EXPECT_EQ(text_of(""), "");
  EXPECT_EQ(text_of("a"), "a");
  EXPECT_TRUE(text_of(table(20'000)) == table(20'000));
}

TEST(DecodedInput, LeavesInvalidUtf8ToThoseWhoKnowTheLine) {
  EXPECT_EQ(text_of("a\n\xff\xc3\n"), "a\n\xff\xc3\n");
}

TEST(DecodedInput, LeavesOutAByteOrderMark) {
  const std::string text = table(3);
  EXPECT_EQ(text_of("\xef\xbb\xbf" + text), text);
  EXPECT_EQ(text_of("\xff\xfe" + utf16_little(text)), text);
  EXPECT_EQ(text_of("\xfe\xff" + utf16_big(text)), text);
  EXPECT_EQ(text_of("\xef\xbb\xbf"), "");
  EXPECT_EQ(text_of("\xff\xfe"), "");
  EXPECT_EQ(text_of("\xef\xbb\xbf\xef\xbb\xbfx\n"), "\xef\xbb\xbfx\n");
}

TEST(DecodedInput, TellsUtf16WithoutAMarkByItsZeroBytes) {
  for (const std::string& text :
       {table(3), table(10'000), "a"s, "ab"s, "日本語,url\nx,https://example.com/\n"s,
        "https://example.com/" + std::string(1'000, 'x')}) {
    EXPECT_TRUE(text_of(utf16_little(text)) == text) << text.substr(0, 20);
    EXPECT_TRUE(text_of(utf16_big(text)) == text) << text.substr(0, 20);
  }
}

TEST(DecodedInput, KeepsWhatStandsBehindAnUnpairedSurrogate) {
  // A title that was cut in the middle of an emoji: only its own record is spoilt.
  const std::string text = text_of("\xff\xfe" + utf16_little("a,") + "\x3d\xd8" + utf16_little("\nb\n"));
  EXPECT_EQ(text, "a,\xed\xa0\xbd\nb\n");
  EXPECT_EQ(text_of("\xff\xfe" + utf16_little("a") + "\x3d\xd8"), "a\xed\xa0\xbd");
  EXPECT_EQ(text_of("\xff\xfe" + utf16_little("a") + "\x00\xde"s), "a\xed\xb8\x80");
  EXPECT_EQ(text_of("\xff\xfe\x3d\xd8" + utf16_little("😀")), "\xed\xa0\xbd😀");
}

TEST(DecodedInput, SaysThatUtf16EndsInTheMiddleOfACharacter) {
  const Decoded decoded = decode("\xff\xfe" + utf16_little("abc") + "x");
  EXPECT_EQ(decoded.text, "abc");
  EXPECT_EQ(decoded.failure, "it is not valid UTF-16: it ends in the middle of a character, after byte 7");
}

TEST(DecodedInput, GivesALineOfAPipeBeforeTheNextOneComes) {
  const std::string line = "https://a.example/\n";
  const std::string text = line + line + line;
  PiecewiseSource source{text, [&](std::size_t) { return line.size(); }};
  std::istream in{&source};
  DecodedInput input{in};
  for (std::size_t lines = 1; lines <= 3; ++lines) {
    EXPECT_EQ(input.available(), line);
    EXPECT_EQ(source.given(), lines * line.size());
    input.consume(line.size());
    EXPECT_EQ(input.bytes_read(), lines * line.size());
  }
  EXPECT_EQ(input.available(), "");
}

TEST(DecodedInput, PeeksWithoutConsuming) {
  const std::string text = table(20'000);
  PiecewiseSource source{text, [](std::size_t) { return std::size_t{1'000}; }};
  std::istream in{&source};
  DecodedInput input{in};
  EXPECT_TRUE(text.starts_with(input.peek(10)));
  EXPECT_EQ(input.bytes_read(), 0U);
  const std::string_view head = input.peek(65'536);
  EXPECT_GE(head.size(), 65'536U);
  EXPECT_TRUE(text.starts_with(head));
  input.consume(60'000);
  const std::string_view more = input.peek(DecodedInput::kMostPeeked);
  EXPECT_GE(more.size(), DecodedInput::kMostPeeked);
  EXPECT_TRUE(std::string_view{text}.substr(60'000).starts_with(more));
  EXPECT_EQ(input.bytes_read(), 60'000U);
}

TEST(DecodedInput, PeeksAtAllThereIsWhereThatIsLess) {
  std::istringstream in{"abc"};
  DecodedInput input{in};
  EXPECT_EQ(input.peek(65'536), "abc");
  EXPECT_EQ(input.peek(65'536), "abc");
  EXPECT_EQ(input.failure(), "");
}

TEST(DecodedInput, KnowsAFailureBeforeTheTextIsConsumed) {
  const std::string packed = gzip("a\nb\n");
  std::istringstream in{packed.substr(0, packed.size() - 1)};
  DecodedInput input{in};
  EXPECT_EQ(input.peek(1'000), "a\nb\n");
  EXPECT_EQ(input.failure(), "the gzip data ends in the middle");
  EXPECT_EQ(input.available(), "a\nb\n");
}

/// A disk that fails after some bytes.
class FailingSource final : public std::stringbuf {
 public:
  using std::stringbuf::stringbuf;

 protected:
  int_type underflow() override {
    errno = EIO;
    throw std::ios_base::failure{"the disk failed"};
  }
};

TEST(DecodedInput, SaysWhyTheSystemCannotRead) {
  for (const std::string& bytes : {table(3), gzip(table(3)).substr(0, 40), zstd(table(3)).substr(0, 40)}) {
    FailingSource source{bytes};
    std::istream in{&source};
    EXPECT_EQ(decode(in, bytes.size()).failure, "Input/output error");
  }
}

TEST(DecodedInput, GivesTheSameTextInWhateverPiecesItComes) {
  const std::string text = "\n" + table(40) + "日本";
  std::mt19937 random{17};  // NOLINT: any numbers will do, the same each time
  const std::vector<std::pair<std::string, std::string>> cases{
      {text, text},
      {"\xef\xbb\xbf" + text, text},
      {"\xff\xfe" + utf16_little(text), text},
      {"\xfe\xff" + utf16_big(text), text},
      {utf16_little(table(40)), table(40)},
      {utf16_big("x"), "x"},
      {gzip(text) + gzip("more\n"), text + "more\n"},
      {zstd(text) + zstd("more\n"), text + "more\n"},
      {gzip("\xff\xfe" + utf16_little(text)), text},
      {zstd(utf16_big(table(40))), table(40)},
      {"SQLite is a word, too\n", "SQLite is a word, too\n"},
  };
  for (const auto& [bytes, expected] : cases) {
    const auto decoded = [&](const std::function<std::size_t(std::size_t)>& piece_size) {
      PiecewiseSource source{bytes, piece_size};
      std::istream in{&source};
      const Decoded result = decode(in, bytes.size());
      EXPECT_EQ(result.failure, "");
      return result.text;
    };
    EXPECT_EQ(decoded([](std::size_t) { return std::size_t{1}; }), expected);
    EXPECT_EQ(decoded([](std::size_t) { return std::size_t{3}; }), expected);
    // Each place as the only seam.
    for (std::size_t seam = 1; seam < std::min<std::size_t>(bytes.size(), 700); ++seam) {
      ASSERT_EQ(decoded([&](std::size_t piece) { return piece == 0 ? seam : bytes.size(); }), expected)
          << seam;
    }
    for (int round = 0; round < 100; ++round) {
      ASSERT_EQ(decoded([&](std::size_t) { return 1 + random() % 97; }), expected);
    }
  }
}

}  // namespace
}  // namespace curt::app
