#include <csignal>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "curt/visits/ring/request_ring.hpp"

#include "support/eventually.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/some_record.hpp"

namespace curt::visits {
namespace {

using test::some_record;

class RingRecoveryTest : public testing::Test {
 protected:
  std::unique_ptr<RequestRing> create(std::size_t records) {
    auto made = RequestRing::create(file_, records);
    return std::move(made.value());
  }
  std::unique_ptr<RequestRing> recover() {
    auto found = RequestRing::recover(file_);
    return std::move(found.value());
  }
  void overwrite(std::streamoff at, const std::string& bytes) {
    std::fstream file{file_, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(at);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(file.good());
  }
  std::string refusal() {
    const auto ring = RequestRing::recover(file_);
    return ring ? "taken" : ring.error().detail;
  }

  curt::test::TempFolder folder_;
  std::filesystem::path file_ = folder_.path() / "ring-0";
};

TEST_F(RingRecoveryTest, DoesNotFollowASymbolicLinkToARing) {
  const std::filesystem::path elsewhere = folder_.path() / "elsewhere";
  ASSERT_TRUE(RequestRing::create(elsewhere, 8));
  std::filesystem::create_symlink(elsewhere, file_);
  EXPECT_NE(refusal().find("cannot open"), std::string::npos) << refusal();
  std::filesystem::remove(elsewhere);
  EXPECT_FALSE(RequestRing::create(file_, 8));
  EXPECT_FALSE(std::filesystem::exists(elsewhere));
}

TEST_F(RingRecoveryTest, FindsWhatWasNotFreedAndTheCounts) {
  {
    const auto ring = create(8);
    RequestRecord record = some_record();
    for (std::uint32_t i = 0; i < 14; ++i) {
      record.bytes = i;
      ring->push(record);
      if (i == 3) ring->free(4);
    }
    ring->free(6);
  }
  const auto ring = recover();
  EXPECT_EQ(ring->begin(), 6U);
  EXPECT_EQ(ring->size(), 6U);
  EXPECT_EQ(ring->counts().visits, 12U);
  EXPECT_EQ(ring->counts().visits_lost, 2U);
  RequestRecord record;
  for (std::uint64_t position = 6; position < 12; ++position) {
    ASSERT_TRUE(ring->read(position, record));
    EXPECT_EQ(record.bytes, position);
  }
  EXPECT_FALSE(ring->read(12, record));
}

TEST_F(RingRecoveryTest, ContinuesBehindWhatItsReaderFreed) {
  {
    const auto ring = create(8);
    for (int i = 0; i < 5; ++i) ring->push(some_record());
  }
  recover()->free(3);
  const auto ring = recover();
  EXPECT_EQ(ring->begin(), 3U);
  EXPECT_EQ(ring->size(), 2U);
  EXPECT_EQ(ring->counts().visits, 5U);
}

TEST_F(RingRecoveryTest, LeavesATornRecordOut) {
  {
    const auto ring = create(8);
    for (int i = 0; i < 5; ++i) ring->push(some_record());
  }
  overwrite(4096 + 4 * 1024, std::string(8, '\0'));  // its sequence, which is written last
  const auto ring = recover();
  RequestRecord record;
  EXPECT_TRUE(ring->read(3, record));
  EXPECT_FALSE(ring->read(4, record));
  EXPECT_EQ(ring->size(), 4U);
  EXPECT_EQ(ring->counts().visits, 4U);
  EXPECT_EQ(ring->counts().visits_lost, 1U) << "it was counted, which a kill does later than completing it";
}

TEST_F(RingRecoveryTest, CountsARecordThatWasCompleteButNotCounted) {
  {
    const auto ring = create(8);
    for (int i = 0; i < 5; ++i) ring->push(some_record());
  }
  overwrite(256, std::string(1, '\4') + std::string(7, '\0') + std::string(1, '\4'));  // next and visits
  const auto ring = recover();
  EXPECT_EQ(ring->size(), 5U);
  EXPECT_EQ(ring->counts().visits, 5U);
  EXPECT_EQ(ring->counts().visits_lost, 0U);
}

TEST_F(RingRecoveryTest, ReadsNoTextOutsideTheRecordWhateverIsThere) {
  {
    const auto ring = create(4);
    ring->push(some_record());
  }
  overwrite(4096 + 8, std::string(1016, '\xff'));
  const auto ring = recover();
  RequestRecord record;
  ASSERT_TRUE(ring->read(0, record));
  EXPECT_EQ(record.path.size(), RequestRecord::kMaxPath);
  EXPECT_EQ(record.user_agent.size(), RequestRecord::kMaxUserAgent);
  EXPECT_EQ(record.key.size(), RequestRecord::kKeyLength);
}

TEST_F(RingRecoveryTest, KeepsTheLayoutOfEarlierReleases) {
  {
    const auto ring = create(4);
    RequestRecord keyed = some_record();
    keyed.key = "0123456789Ab";
    ring->push(keyed);
    ring->push(some_record());
  }
  std::ifstream file{file_, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  const auto slot = [&](std::size_t position) { return bytes.substr(4096 + position * 1024, 1024); };
  constexpr std::size_t kUse = 44;
  constexpr std::size_t kTexts = 52;
  const std::string texts = "abc192.0.2.1id-1/abchttps://example.com/Mozilla/5.0 (X11)";
  EXPECT_EQ(slot(0).substr(kTexts, texts.size()), texts) << "they pass over a key's id, which comes last";
  EXPECT_EQ(slot(0).substr(kTexts + texts.size(), 13), std::string("0123456789Ab") + '\0');
  EXPECT_EQ(slot(0)[kUse] & (kVisit | kAccessLine | kPrivate), kVisit | kAccessLine)
      << "the bits that they look at";
  EXPECT_EQ(slot(1)[kUse], kVisit | kAccessLine) << "a record without a key is as it was";
  EXPECT_EQ(slot(1).substr(kTexts, texts.size()), texts);
  EXPECT_EQ(refusal(), "taken");
}

TEST_F(RingRecoveryTest, RefusesWhatIsNoRingAndSaysWhy) {
  EXPECT_NE(refusal().find("ring-0 is not a ring that can be read: it is missing"), std::string::npos);
  std::ofstream{file_} << "short";
  EXPECT_NE(refusal().find("it has 5 bytes only"), std::string::npos) << refusal();
  std::ofstream{file_} << std::string(8192, 'x');
  EXPECT_NE(refusal().find("does not begin as rings do"), std::string::npos) << refusal();
  std::ofstream{file_} << std::string(8192, '\0');
  EXPECT_NE(refusal().find("never finished"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find(file_.string()), std::string::npos);
}

TEST_F(RingRecoveryTest, RefusesOtherVersionsAndSizes) {
  create(8);
  ASSERT_EQ(refusal(), "taken");
  overwrite(8, "\x02");
  EXPECT_NE(refusal().find("version 2, not 1"), std::string::npos) << refusal();
  overwrite(8, "\x01");
  overwrite(16, "\x07");
  EXPECT_NE(refusal().find("7 records of 1024 bytes"), std::string::npos) << refusal();
  overwrite(16, "\x10");
  EXPECT_NE(refusal().find("bytes for 16 records"), std::string::npos) << refusal();
  overwrite(16, "\x08");
  EXPECT_EQ(refusal(), "taken");
}

/// A process that pushes numbered records for ever and tells through a pipe what it has pushed.
pid_t start_pusher(RequestRing& ring, int told) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  RequestRecord record = some_record();
  record.use = kVisit;
  for (std::uint32_t i = 0;; ++i) {
    record.bytes = i;
    while (ring.size() == ring.capacity()) {
    }
    ring.push(record);
    if (::write(told, &i, sizeof i) != sizeof i) ::_exit(1);
  }
}

TEST_F(RingRecoveryTest, LosesNothingThatWasPushedWhenTheProcessIsKilled) {
  for (std::uint32_t round = 0; round < 20; ++round) {
    std::filesystem::remove(file_);
    const auto shared = create(4096);
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = start_pusher(*shared, pipe[1]);
    ASSERT_GT(child, 0);
    ::close(pipe[1]);
    // Killed wherever it is when so many are known to be in.
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i <= round * 150; ++i) {
      ASSERT_EQ(::read(pipe[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    while (::read(pipe[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
    }
    ::close(pipe[0]);

    const auto ring = recover();
    const std::uint64_t size = ring->size();
    EXPECT_GE(size, last + 1ULL);
    EXPECT_LE(size, last + 2ULL) << "at most the one that was not told";
    EXPECT_EQ(ring->counts().visits, size);
    EXPECT_EQ(ring->counts().visits_lost, 0U);
    RequestRecord record;
    for (std::uint64_t position = 0; position < size; ++position) {
      ASSERT_TRUE(ring->read(position, record));
      ASSERT_EQ(record.bytes, position);
      ASSERT_EQ(record.user_agent, some_record().user_agent);
    }
  }
}

}  // namespace
}  // namespace curt::visits
