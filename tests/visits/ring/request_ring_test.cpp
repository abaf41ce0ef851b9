#include "curt/visits/ring/request_ring.hpp"

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "support/temp_folder.hpp"
#include "support/visits/some_record.hpp"

namespace curt::visits {
namespace {

using test::some_record;

class RingTest : public testing::Test {
 protected:
  std::unique_ptr<RequestRing> ring(std::size_t records) {
    auto made = RequestRing::create(folder_.path() / "ring", records);
    return std::move(made.value());
  }

  curt::test::TempFolder folder_;
};

TEST_F(RingTest, GivesBackWhatWasPushed) {
  const auto ring = this->ring(8);
  const RequestRecord pushed = some_record();
  ring->push(pushed);
  RequestRecord record;
  ASSERT_TRUE(ring->read(0, record));
  EXPECT_EQ(record.at, pushed.at);
  EXPECT_EQ(record.version, 3);
  EXPECT_EQ(record.microseconds, 1'042U);
  EXPECT_EQ(record.bytes, 321U);
  EXPECT_EQ(record.status, 302);
  EXPECT_EQ(record.use, kVisit | kAccessLine);
  EXPECT_EQ(record.method, 0);
  EXPECT_EQ(record.route, 1);
  EXPECT_EQ(record.code, "abc");
  EXPECT_EQ(record.client, "192.0.2.1");
  EXPECT_EQ(record.request_id, "id-1");
  EXPECT_EQ(record.path, "/abc");
  EXPECT_EQ(record.referrer, "https://example.com/");
  EXPECT_EQ(record.user_agent, "Mozilla/5.0 (X11)");
  EXPECT_EQ(record.key, "");
  EXPECT_FALSE(ring->read(1, record));
}

TEST_F(RingTest, GivesBackWhoseKeyItWas) {
  const auto ring = this->ring(8);
  const std::string all(1000, 'x');
  RequestRecord keyed = some_record();
  keyed.key = "0123456789Ab";
  ring->push(keyed);
  keyed.code = keyed.client = keyed.request_id = keyed.path = keyed.referrer = keyed.user_agent = all;
  ring->push(keyed);
  ring->push(some_record());
  RequestRecord read;
  for (const std::uint64_t position : {0U, 1U}) {
    ASSERT_TRUE(ring->read(position, read));
    EXPECT_EQ(read.key, "0123456789Ab") << position;
    EXPECT_EQ(read.use, kVisit | kAccessLine) << position;
  }
  ASSERT_TRUE(ring->read(2, read));
  EXPECT_EQ(read.key, "") << "what is read into was used before";
}

TEST_F(RingTest, KeepsTextsOfEveryLength) {
  const auto ring = this->ring(8);
  const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  for (std::size_t size = 0; size <= letters.size(); ++size) {
    RequestRecord record = some_record();
    record.code = std::string_view{letters}.substr(0, size);
    record.path = std::string_view{letters}.substr(letters.size() - size);
    ring->push(record);
    RequestRecord read;
    ASSERT_TRUE(ring->read(size, read));
    EXPECT_EQ(read.code, record.code);
    EXPECT_EQ(read.path, record.path);
    EXPECT_EQ(read.user_agent, record.user_agent);
    ring->free(size + 1);
  }
}

TEST_F(RingTest, CutsTextsThatAreTooLong) {
  const auto ring = this->ring(8);
  const std::string all(1000, 'x');
  RequestRecord record = some_record();
  record.code = record.client = record.request_id = record.path = record.referrer = record.user_agent = all;
  ring->push(record);
  RequestRecord read;
  ASSERT_TRUE(ring->read(0, read));
  EXPECT_EQ(read.code, all.substr(0, RequestRecord::kMaxCode));
  EXPECT_EQ(read.client, all.substr(0, RequestRecord::kMaxClient));
  EXPECT_EQ(read.request_id, all.substr(0, RequestRecord::kMaxRequestId));
  EXPECT_EQ(read.path, all.substr(0, RequestRecord::kMaxPath));
  EXPECT_EQ(read.referrer, all.substr(0, RequestRecord::kMaxReferrer));
  EXPECT_EQ(read.user_agent, all.substr(0, RequestRecord::kMaxUserAgent));
}

TEST_F(RingTest, LosesAndCountsVisitsWhenItIsFull) {
  const auto ring = this->ring(8);
  RequestRecord record = some_record();
  record.use = kVisit;
  for (int i = 0; i < 11; ++i) ring->push(record);
  EXPECT_EQ(ring->size(), 8U);
  EXPECT_EQ(ring->counts().visits, 8U);
  EXPECT_EQ(ring->counts().visits_lost, 3U);
  EXPECT_EQ(ring->counts().lines_lost, 0U);
  RequestRecord read;
  EXPECT_FALSE(ring->read(8, read));
  ring->free(1);
  ring->push(record);
  EXPECT_TRUE(ring->read(8, read));
  EXPECT_EQ(ring->counts().visits, 9U);
}

TEST_F(RingTest, LeavesAccessLinesOutFromThreeQuartersOn) {
  const auto ring = this->ring(8);
  RequestRecord line = some_record();
  line.use = kAccessLine;
  for (int i = 0; i < 6; ++i) ring->push(line);
  EXPECT_EQ(ring->counts().lines_lost, 0U);
  ring->push(line);
  EXPECT_EQ(ring->size(), 6U) << "a line alone is lost";
  EXPECT_EQ(ring->counts().lines_lost, 1U);
  ring->push(some_record());
  RequestRecord read;
  ASSERT_TRUE(ring->read(6, read));
  EXPECT_EQ(read.use, kVisit) << "a visit goes in without its line";
  EXPECT_EQ(ring->counts().lines_lost, 2U);
  ring->push(some_record());
  ring->push(some_record());
  EXPECT_EQ(ring->counts().lines_lost, 4U) << "the line of a visit that is lost is lost too";
  EXPECT_EQ(ring->counts().visits, 2U);
  EXPECT_EQ(ring->counts().visits_lost, 1U);
}

TEST_F(RingTest, GoesRoundManyTimes) {
  const auto ring = this->ring(4);
  RequestRecord record = some_record();
  for (std::uint32_t i = 0; i < 1000; ++i) {
    record.bytes = i;
    ring->push(record);
    RequestRecord read;
    ASSERT_TRUE(ring->read(i, read));
    EXPECT_EQ(read.bytes, i);
    EXPECT_FALSE(ring->read(i + 1, read));
    ring->free(i + 1);
  }
  EXPECT_EQ(ring->begin(), 1000U);
  EXPECT_EQ(ring->size(), 0U);
  EXPECT_EQ(ring->counts().visits, 1000U);
}

TEST_F(RingTest, PassesEverythingBetweenTwoThreads) {
  const auto ring = this->ring(64);
  constexpr std::uint32_t kRecords = 100'000;
  std::thread pusher{[&] {
    RequestRecord record = some_record();
    record.use = kVisit;
    std::string agent;
    for (std::uint32_t i = 0; i < kRecords; ++i) {
      agent.assign(i % 200, static_cast<char>('a' + i % 26));
      record.bytes = i;
      record.user_agent = agent;
      while (ring->size() == ring->capacity()) std::this_thread::yield();
      ring->push(record);
    }
  }};
  std::uint64_t wrong = 0;
  for (std::uint64_t position = 0; position < kRecords;) {
    RequestRecord record;
    if (!ring->read(position, record)) {
      std::this_thread::yield();
      continue;
    }
    if (record.bytes != position || record.user_agent.size() != position % 200) ++wrong;
    for (const char c : record.user_agent) {
      if (c != static_cast<char>('a' + position % 26)) ++wrong;
    }
    ring->free(++position);
  }
  pusher.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(ring->counts().visits, kRecords);
  EXPECT_EQ(ring->counts().visits_lost, 0U);
}

TEST_F(RingTest, NamesTheFileThatCannotBeMade) {
  const auto ring = RequestRing::create(folder_.path() / "missing" / "ring-0", 8);
  ASSERT_FALSE(ring);
  EXPECT_NE(ring.error().detail.find("missing/ring-0: No such file"), std::string::npos)
      << ring.error().detail;
  ASSERT_TRUE(RequestRing::create(folder_.path() / "once", 8));
  EXPECT_FALSE(RequestRing::create(folder_.path() / "once", 8))
      << "what another process left is not overwritten";
  EXPECT_FALSE(RequestRing::create(folder_.path() / "odd", 12));
}

TEST_F(RingTest, NamesTheFileForWhichThereIsNoRoomAndLeavesNone) {
  const auto file = folder_.path() / "ring-0";
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 8192;
  const auto signal_before = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto ring = RequestRing::create(file, 64);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, signal_before);
  ASSERT_FALSE(ring);
  EXPECT_NE(ring.error().detail.find("cannot take 69632 bytes for " + file.string()), std::string::npos)
      << ring.error().detail;
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace curt::visits
