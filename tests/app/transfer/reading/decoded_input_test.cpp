#include "app/transfer/reading/decoded_input.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <ios>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/packed.hpp"
#include "support/app/piecewise_source.hpp"

namespace curt::app {
namespace {

using namespace std::string_literals;

using test::gzip;
using test::PiecewiseSource;
using test::utf16_big;
using test::utf16_little;
using test::zstd;
using testing::HasSubstr;

struct Decoded {
  std::string text;
  std::string failure;
};

Decoded decode(std::istream& in, std::size_t size) {
  DecodedInput input{in};
  Decoded decoded;
  for (std::string_view there = input.available(); !there.empty(); there = input.available()) {
    EXPECT_LE(input.bytes_read(), size);
    decoded.text.append(there);
    input.consume(there.size());
  }
  decoded.failure = input.failure();
  if (decoded.failure.empty()) {
    EXPECT_EQ(input.bytes_read(), size);
  }
  return decoded;
}

Decoded decode(const std::string& bytes) {
  std::istringstream in{bytes};
  return decode(in, bytes.size());
}

std::string text_of(const std::string& bytes) {
  const Decoded decoded = decode(bytes);
  EXPECT_EQ(decoded.failure, "");
  return decoded.text;
}

std::string failure_of(const std::string& bytes) { return decode(bytes).failure; }

/// A table with characters of one to four bytes, and some lines.
std::string table(std::size_t lines) {
  std::string text = "code,url,title\r\n";
  for (std::size_t i = 0; i < lines; ++i) {
    text +=
        "c" + std::to_string(i) + ",https://example.com/" + std::to_string(i * 7919) + ",\"Grüße 日本 😀\"\n";
  }
  return text;
}

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

TEST(DecodedInput, DecompressesAnyNumberOfMembersAndFrames) {
  const std::string text = table(10'000);
  EXPECT_TRUE(text_of(gzip(text)) == text);
  EXPECT_TRUE(text_of(gzip(text) + gzip("") + gzip("more\n")) == text + "more\n");
  EXPECT_TRUE(text_of(zstd(text)) == text);
  EXPECT_TRUE(text_of(zstd(text) + zstd("") + zstd("more\n")) == text + "more\n");
  EXPECT_EQ(text_of(gzip("")), "");
  EXPECT_EQ(text_of(zstd("")), "");
}

TEST(DecodedInput, StepsOverPaddingAndSkippableFrames) {
  EXPECT_EQ(text_of(gzip("a\n") + std::string(1'000, '\0')), "a\n");
  EXPECT_EQ(text_of(gzip("a\n") + std::string(100'000, '\0') + gzip("b\n")), "a\nb\n");
  const std::string frame = "\x50\x2a\x4d\x18\x03\x00\x00\x00xyz"s;
  EXPECT_EQ(text_of(frame + zstd("a\n") + frame + zstd("b\n") + frame), "a\nb\n");
  EXPECT_EQ(text_of("\x5f\x2a\x4d\x18\x00\x00\x00\x00"s), "");
}

TEST(DecodedInput, DecodesWhatItHasDecompressed) {
  const std::string text = table(5'000);
  EXPECT_TRUE(text_of(gzip("\xff\xfe" + utf16_little(text))) == text);
  EXPECT_TRUE(text_of(zstd(utf16_big(text))) == text);
  EXPECT_TRUE(text_of(gzip("\xef\xbb\xbf" + text)) == text);
}

TEST(DecodedInput, RefusesWhatIsCompressedTwice) {
  EXPECT_EQ(failure_of(gzip(gzip("a\n"))), "it is compressed, and inside is gzip data: unpack it once");
  EXPECT_EQ(failure_of(zstd(gzip("a\n"))), "it is compressed, and inside is gzip data: unpack it once");
  EXPECT_EQ(failure_of(gzip(zstd("a\n"))), "it is compressed, and inside is zstd data: unpack it once");
}

TEST(DecodedInput, SaysWhereCompressedDataEndsTooEarly) {
  for (const std::string& packed : {gzip(table(5'000)), zstd(table(5'000))}) {
    for (const std::size_t missing : {std::size_t{1}, std::size_t{5}, packed.size() / 2, packed.size() - 5}) {
      const Decoded decoded = decode(packed.substr(0, packed.size() - missing));
      EXPECT_THAT(decoded.failure, HasSubstr(" data ends in the middle")) << missing;
      EXPECT_TRUE(table(5'000).starts_with(decoded.text));
    }
  }
  EXPECT_EQ(failure_of(gzip("a\n") + "\x1f"), "the gzip data ends in the middle");
}

TEST(DecodedInput, SaysThatAChecksumDoesNotMatch) {
  std::string packed = gzip(table(100));
  packed[packed.size() - 6] ^= 1;
  EXPECT_EQ(failure_of(packed), "the gzip data is damaged: its checksum does not match");
  packed = gzip(table(100));
  packed[packed.size() - 2] ^= 1;
  EXPECT_EQ(failure_of(packed), "the gzip data is damaged: its checksum does not match");
  packed = zstd(table(100));
  packed[packed.size() - 2] ^= 1;
  EXPECT_EQ(failure_of(packed), "the zstd data is damaged: its checksum does not match");
}

TEST(DecodedInput, SaysThatCompressedDataIsDamaged) {
  EXPECT_THAT(failure_of("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x07 no block is like this"s),
              HasSubstr("the gzip data is damaged: invalid block type"));
  EXPECT_THAT(failure_of("\x28\xb5\x2f\xfd\x08 the reserved bit is set"),
              HasSubstr("the zstd data is damaged: "));
}

TEST(DecodedInput, GivesWhatStandsBeforeSomethingElseBehindCompressedData) {
  const Decoded gz = decode(gzip("a\n") + "garbage");
  EXPECT_EQ(gz.text, "a\n");
  EXPECT_EQ(gz.failure, "the gzip data is damaged: it is followed by something else");
  const Decoded zst = decode(zstd("a\n") + "garbage");
  EXPECT_EQ(zst.text, "a\n");
  EXPECT_EQ(zst.failure, "the zstd data is damaged: it is followed by something else");
}

TEST(DecodedInput, TakesWindowsUpTo128MiB) {
  const std::string text = table(1'000);
  EXPECT_EQ(text_of(zstd(text, {.window_log = 27})), text);
  EXPECT_EQ(failure_of(zstd(text, {.window_log = 28})),
            "the zstd data needs a window of more than 128 MiB: compress it without --long");
}

TEST(DecodedInput, ReadsOnlyAsFarAsItMustOfWhatUnpacksToMuch) {
  // 64 MiB of zeros behind the first line, from 64 KiB: none of it is unpacked before it is asked for.
  const std::string packed = gzip("https://example.com/\n" + std::string(std::size_t{64} << 20, 'x'));
  PiecewiseSource source{packed, [](std::size_t) { return std::size_t{100}; }};
  std::istream in{&source};
  DecodedInput input{in};
  EXPECT_THAT(std::string{input.available()}, testing::StartsWith("https://example.com/\n"));
  EXPECT_LE(source.given(), 1'000U);
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

TEST(DecodedInput, CountsBytesOfTheFileNotOfWhatItUnpacksTo) {
  std::mt19937 random{17};  // NOLINT: any numbers will do, the same each time
  std::string noise;
  while (noise.size() < 4'000'000) noise += std::to_string(random()) + '\n';
  const std::string packed = gzip(noise);
  std::istringstream in{packed};
  DecodedInput input{in};
  std::size_t consumed = 0;
  while (consumed < noise.size() / 2) {
    const std::size_t there = input.available().size();
    input.consume(there);
    consumed += there;
  }
  EXPECT_GT(input.bytes_read(), packed.size() / 3);
  EXPECT_LT(input.bytes_read(), packed.size() * 2 / 3);
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
