#include "curt/visits/batch/batch.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace curt::visits {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kBegun{1'795'333'780'123ms};
constexpr std::int64_t kHour = 498'703;  // in which kBegun lies

ShortCode code(std::string_view text) { return ShortCode::from_valid(text); }

BatchId some_id() {
  BatchId id;
  for (std::size_t i = 0; i < id.epoch.bytes.size(); ++i)
    id.epoch.bytes[i] = static_cast<std::uint8_t>(i * 17);
  id.ring = 3;
  id.first = 1'000'000'007;
  id.positions = 12;
  return id;
}

VisitDetail some_detail(std::string_view text) {
  return {.code = code(text),
          .at = kBegun + 5ms,
          .version = 7,
          .bot = false,
          .address = "203.0.113.0",
          .referrer = "https://example.com/",
          .user_agent = "Mozilla/5.0 (X11; Linux x86_64)"};
}

Batch some_batch() {
  Batch batch;
  batch.id = some_id();
  batch.begun_at = kBegun;
  batch.counts = {{.code = code("abc"), .hour = kHour, .humans = 3, .bots = 0},
                  {.code = code("abc"), .hour = kHour + 1, .humans = 1, .bots = 2},
                  {.code = code("xyz"), .hour = kHour, .humans = 0, .bots = 300}};
  batch.details = {some_detail("abc"), some_detail("xyz"), some_detail("abc")};
  batch.details[1].bot = true;
  batch.details[1].user_agent = "Grüße/1.0";
  batch.details[2].at = kBegun - 1ms;
  batch.details[2].referrer.clear();
  batch.details[2].address.clear();
  return batch;
}

TEST(BatchId, IsNamedByAllOfItsParts) {
  EXPECT_EQ(some_id().str(), "00112233445566778899aabbccddeeff-3-1000000007-12");
  EXPECT_EQ(some_id().end(), 1'000'000'019U);
}

TEST(Batch, ComesBackAsItWas) {
  const Batch batch = some_batch();
  const EncodedBatch encoded = encode(batch);
  EXPECT_EQ(encoded.id, batch.id);
  EXPECT_EQ(encoded.begun_at, kBegun);
  EXPECT_EQ(encoded.visits, 306U);
  EXPECT_EQ(decode(encoded.encoded_counts, encoded.encoded_details), batch);
}

TEST(Batch, IsCompleteWithoutItsDetails) {
  Batch batch = some_batch();
  const EncodedBatch encoded = encode(batch);
  batch.details.clear();
  EXPECT_EQ(decode(encoded.encoded_counts, {}), batch);
  EXPECT_EQ(encode(batch).encoded_details, "");
  EXPECT_EQ(encode(batch).encoded_counts, encoded.encoded_counts);
}

TEST(Batch, ComesBackWithTheLargestNumbers) {
  Batch batch;
  batch.id = {.epoch = {},
              .ring = 0xffff,
              .first = std::numeric_limits<std::uint64_t>::max(),
              .positions = 0xffff'ffff};
  for (const Timestamp at : {Timestamp::min(), Timestamp{}, Timestamp::max()}) {
    batch.begun_at = at;
    batch.counts = {
        {.code = code("a"), .hour = std::numeric_limits<std::int64_t>::min(), .humans = 0, .bots = 1},
        {.code = code("a"),
         .hour = std::numeric_limits<std::int64_t>::max(),
         .humans = 0xffff'fffe,
         .bots = 0}};
    batch.details = {some_detail("a"), some_detail("a"), some_detail(std::string(64, 'z'))};
    batch.details[0].at = Timestamp::max();
    batch.details[1].at = Timestamp::min();
    batch.details[1].version = std::numeric_limits<std::int64_t>::min();
    const EncodedBatch encoded = encode(batch);
    EXPECT_EQ(decode(encoded.encoded_counts, encoded.encoded_details), batch);
  }
}

TEST(Batch, SaysWhatItIsWithoutBeingReadWhole) {
  const EncodedBatch encoded = encode(some_batch());
  const auto head = decode_head(encoded.encoded_counts);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->id, some_id());
  EXPECT_EQ(head->begun_at, kBegun);
  EXPECT_EQ(head->visits, 306U);
  EXPECT_FALSE(decode_head(encoded.encoded_details));
}

TEST(Batch, IsCompact) {
  Batch batch = some_batch();
  for (int i = 0; i < 997; ++i) batch.details.push_back(some_detail("abc"));
  const EncodedBatch encoded = encode(batch);
  EXPECT_LT(encoded.encoded_counts.size(), 80U);
  EXPECT_LT(encoded.encoded_details.size(), 1000U * 8 + 200)
      << "a text that was there before costs a byte or two";
}

TEST(Batch, IsRefusedWithAnyBitChanged) {
  const EncodedBatch encoded = encode(some_batch());
  for (std::size_t bit = 0; bit < encoded.encoded_counts.size() * 8; ++bit) {
    std::string other = encoded.encoded_counts;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    ASSERT_FALSE(decode(other, {})) << bit;
    ASSERT_FALSE(decode_head(other)) << bit;
  }
  for (std::size_t bit = 0; bit < encoded.encoded_details.size() * 8; ++bit) {
    std::string other = encoded.encoded_details;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    ASSERT_FALSE(decode(encoded.encoded_counts, other)) << bit;
  }
}

TEST(Batch, IsRefusedWhenItIsCutOffOrLonger) {
  const EncodedBatch encoded = encode(some_batch());
  for (std::size_t size = 0; size < encoded.encoded_counts.size(); ++size) {
    ASSERT_FALSE(decode(encoded.encoded_counts.substr(0, size), {})) << size;
  }
  for (std::size_t size = 1; size < encoded.encoded_details.size(); ++size) {
    ASSERT_FALSE(decode(encoded.encoded_counts, encoded.encoded_details.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode(encoded.encoded_counts + '\0', {}));
  EXPECT_FALSE(decode(encoded.encoded_counts, encoded.encoded_details + '\0'));
}

TEST(Batch, IsRefusedWithDetailsOfAnotherOne) {
  const EncodedBatch encoded = encode(some_batch());
  Batch other = some_batch();
  other.id.first += 12;
  EXPECT_FALSE(decode(encoded.encoded_counts, encode(other).encoded_details));
  EXPECT_FALSE(decode(encoded.encoded_counts, encoded.encoded_counts));
  EXPECT_FALSE(decode(encoded.encoded_details, {}));
}

TEST(Batch, IsRefusedWhereCountsRepeatOrAreOutOfOrder) {
  Batch batch = some_batch();
  std::swap(batch.counts[0], batch.counts[2]);
  EXPECT_FALSE(decode(encode(batch).encoded_counts, {}));
  batch = some_batch();
  batch.counts[1].hour = kHour;
  EXPECT_FALSE(decode(encode(batch).encoded_counts, {}));
}

TEST(Batch, HasOnlyTextsThatADatabaseTakes) {
  Batch batch = some_batch();
  batch.details[0].user_agent = std::string{"a\0b\x7f\xff\xc3\xbc\xed\xa0\x80\xe2\x82", 12};
  batch.details[0].referrer = "https://a/" + std::string(300, '\xc3');
  batch.details[1].referrer = "https://a/" + std::string(213, 'x') + "\xc3\xbc";  // cut within the character
  const EncodedBatch encoded = encode(batch);
  const auto decoded = decode(encoded.encoded_counts, encoded.encoded_details);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->details[0].user_agent, "a?b??\xc3\xbc?????");
  EXPECT_EQ(decoded->details[0].referrer, "https://a/" + std::string(214, '?'));
  EXPECT_EQ(decoded->details[1].referrer, "https://a/" + std::string(213, 'x') + '?');
}

TEST(Batch, HasNoReferrerThatWouldNameAnotherHostThanTheOneThatWasSent) {
  Batch batch = some_batch();
  const std::string long_host = "https://" + std::string(216, 'a');  // as much as a ring keeps
  batch.details.assign(6, batch.details[0]);
  const std::array sent{std::string{"https://b\xfc"} + "cher.example/",
                        std::string{"https://ex\tample.com/"},
                        std::string{"https://good.example\xc3(.evil.com"},
                        long_host,
                        long_host + "a",
                        std::string{"https://good.example/\xff"}};
  for (std::size_t i = 0; i < sent.size(); ++i) batch.details[i].referrer = sent[i];
  const EncodedBatch encoded = encode(batch);
  const auto decoded = decode(encoded.encoded_counts, encoded.encoded_details);
  ASSERT_TRUE(decoded);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(decoded->details[i].referrer, "") << sent[i];
  EXPECT_EQ(decoded->details[5].referrer, "https://good.example/?");
}

TEST(Batch, HasATextThatNoDatabaseTakesOnceHoweverOftenItComes) {
  Batch clean = some_batch();
  clean.details.assign(100, clean.details[0]);
  Batch unclean = clean;
  for (auto& detail : clean.details) detail.user_agent = std::string(200, '?');
  for (auto& detail : unclean.details) detail.user_agent = std::string(200, '\xff');
  EXPECT_EQ(encode(unclean).encoded_details, encode(clean).encoded_details);
}

}  // namespace
}  // namespace curt::visits
