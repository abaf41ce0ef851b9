#include "curt/visits/batch/batcher.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/visits/some_record.hpp"

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::some_record;

constexpr Batcher::clock::time_point kNow{100s};

Batch closed(Batcher& batcher) {
  const EncodedBatch encoded = batcher.close();
  auto batch = decode(encoded.encoded_counts, encoded.encoded_details);
  EXPECT_TRUE(batch.has_value());
  EXPECT_EQ(encoded.visits, batch->visits());
  EXPECT_EQ(encoded.begun_at, batch->begun_at);
  return *batch;
}

TEST(Batcher, CountsByCodeAndHourAndKind) {
  Batcher batcher{{}, 2, {}};
  RequestRecord record = some_record();
  record.code = "later";
  batcher.add(10, record, false, kNow);
  record.code = "abc";
  batcher.add(11, record, false, kNow);
  batcher.add(12, record, true, kNow);
  record.at += 1h;
  batcher.add(14, record, false, kNow);
  record.code = "later";
  batcher.add(17, record, false, kNow);
  const Batch batch = closed(batcher);
  EXPECT_EQ(batch.id.ring, 2);
  EXPECT_EQ(batch.id.first, 10U);
  EXPECT_EQ(batch.id.end(), 18U);
  EXPECT_EQ(batch.begun_at, some_record().at);
  const std::int64_t hour =
      std::chrono::floor<std::chrono::hours>(some_record().at).time_since_epoch().count();
  const ShortCode abc = ShortCode::from_valid("abc");
  const ShortCode later = ShortCode::from_valid("later");
  EXPECT_EQ(batch.counts,
            (std::vector<VisitCount>{{.code = abc, .hour = hour, .humans = 1, .bots = 1},
                                     {.code = abc, .hour = hour + 1, .humans = 1, .bots = 0},
                                     {.code = later, .hour = hour, .humans = 1, .bots = 0},
                                     {.code = later, .hour = hour + 1, .humans = 1, .bots = 0}}));
  ASSERT_EQ(batch.details.size(), 5U);
  EXPECT_EQ(batch.details[2], (VisitDetail{.code = abc,
                                           .at = some_record().at,
                                           .version = 3,
                                           .bot = true,
                                           .address = "192.0.2.0",
                                           .referrer = "https://example.com/",
                                           .user_agent = "Mozilla/5.0 (X11)"}));
}

TEST(Batcher, BeginsAnewAfterClosing) {
  Batcher batcher{{}, 0, {}};
  batcher.add(1, some_record(), false, kNow);
  EXPECT_EQ(closed(batcher).visits(), 1U);
  EXPECT_TRUE(batcher.empty());
  EXPECT_FALSE(batcher.due(kNow + 1h));
  RequestRecord record = some_record();
  record.at += 3s;
  batcher.add(7, record, false, kNow);
  const Batch batch = closed(batcher);
  EXPECT_EQ(batch.id.first, 7U);
  EXPECT_EQ(batch.id.positions, 1U);
  EXPECT_EQ(batch.begun_at, record.at);
  EXPECT_EQ(batch.details.size(), 1U);
}

TEST(Batcher, IsDueAtItsNumberOfVisits) {
  Batcher batcher{{}, 0, {.visits = 3}};
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_FALSE(batcher.due(kNow));
    batcher.add(i, some_record(), false, kNow);
  }
  EXPECT_TRUE(batcher.full());
  EXPECT_TRUE(batcher.due(kNow));
}

TEST(Batcher, IsDueAtItsAge) {
  Batcher batcher{{}, 0, {.age = 500ms}};
  batcher.add(0, some_record(), false, kNow);
  batcher.add(1, some_record(), false, kNow + 400ms);
  EXPECT_FALSE(batcher.due(kNow + 499ms));
  EXPECT_TRUE(batcher.due(kNow + 500ms));
  EXPECT_FALSE(batcher.full());
}

TEST(Batcher, IsFullAtItsSizeOfDetails) {
  Batcher batcher{{}, 0, {.visits = 10'000, .detail_bytes = 4096}};
  std::uint64_t added = 0;
  std::string agent(200, 'a');
  for (; !batcher.full() && added < 1000; ++added) {
    agent.replace(0, 4, std::to_string(1000 + added));
    RequestRecord record = some_record();
    record.user_agent = agent;
    batcher.add(added, record, false, kNow);
  }
  EXPECT_GT(added, 10U);
  EXPECT_LT(added, 25U);
}

TEST(Batcher, KeepsOnlyCountsOfThoseWhoAskNotToBeTracked) {
  Batcher batcher{{}, 0, {}};
  RequestRecord record = some_record();
  batcher.add(0, record, false, kNow);
  record.use |= kPrivate;
  batcher.add(1, record, false, kNow);
  const Batch batch = closed(batcher);
  EXPECT_EQ(batch.visits(), 2U);
  EXPECT_EQ(batch.details.size(), 1U);
}

TEST(Batcher, KeepsNoDetailsWhereNoneAreWanted) {
  Batcher batcher{{}, 0, {.details = false}};
  batcher.add(0, some_record(), false, kNow);
  const EncodedBatch batch = batcher.close();
  EXPECT_EQ(batch.visits, 1U);
  EXPECT_EQ(batch.encoded_details, "");
}

TEST(Batcher, KeepsNoAddressWhereNoneIsWanted) {
  Batcher batcher{{}, 0, {.visit_ip = VisitIp::none}};
  batcher.add(0, some_record(), false, kNow);
  EXPECT_EQ(closed(batcher).details.at(0).address, "");
}

TEST(Batcher, TellsManyCodesApart) {
  Batcher batcher{{}, 0, {.visits = 100'000}};
  for (std::uint64_t i = 0; i < 30'000; ++i) {
    RequestRecord record = some_record();
    const std::string code = std::to_string(i % 10'000);
    record.code = code;
    batcher.add(i, record, i % 3 == 0, kNow);
  }
  const Batch batch = closed(batcher);
  ASSERT_EQ(batch.counts.size(), 10'000U);
  for (const VisitCount& count : batch.counts) EXPECT_EQ(count.humans + count.bots, 3U);
}

}  // namespace
}  // namespace curt::visits
