#include <cstddef>
#include <istream>
#include <random>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/transfer/reading/decoded_input.hpp"
#include "support/app/decoded_text.hpp"
#include "support/app/packed.hpp"
#include "support/app/piecewise_source.hpp"

namespace curt::app {
namespace {

using namespace std::string_literals;

using test::decode;
using test::Decoded;
using test::failure_of;
using test::gzip;
using test::PiecewiseSource;
using test::table;
using test::text_of;
using test::utf16_big;
using test::utf16_little;
using test::zstd;
using testing::HasSubstr;

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

}  // namespace
}  // namespace curt::app
