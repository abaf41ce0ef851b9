#include "store/postgres/pool/lanes.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

namespace curt::store::postgres {
namespace {

class IdleJob final : public Job<Connection> {
 public:
  IdleJob() : Job(Deadline::in(std::chrono::hours{1}), 1) {}

  Writes run(Connection& /*db*/) noexcept override { return Writes::keep; }
  void finish() override {}
  void fail(Error /*error*/) override {}
};

/// The lanes of four threads; eight creates share a statement.
class LanesTest : public testing::Test {
 protected:
  static LaneOptions options() {
    LaneWork creates = one_by_one();
    creates.most_jobs = 8;
    return {.threads = 4, .creates = std::move(creates)};
  }

  void push(LaneName lane, int jobs) {
    for (int i = 0; i < jobs; ++i) lanes_.queue(lane).push(std::make_unique<IdleJob>());
  }
  /// A thread enters the lane whose turn it is.
  std::optional<LaneName> enter() {
    const auto lane = lanes_.next();
    if (lane) lanes_.enter(*lane);
    return lane;
  }
  /// It takes what it has entered for; how many jobs that are.
  std::size_t take(LaneName lane) {
    const auto jobs = lanes_.queue(lane).try_pop(lanes_.work(lane).most_jobs);
    lanes_.took_jobs(lane);
    return jobs.size();
  }

  Metrics metrics_;
  Lanes lanes_{options(), metrics_};
};

TEST_F(LanesTest, AJobIsForOneThread) {
  push(LaneName::read, 1);
  EXPECT_EQ(lanes_.startable(), 1U);
  EXPECT_EQ(enter(), LaneName::read);
  EXPECT_EQ(lanes_.startable(), 0U) << "one is on its way";
  EXPECT_FALSE(enter());
  push(LaneName::read, 1);
  EXPECT_EQ(lanes_.startable(), 1U);
  EXPECT_EQ(take(LaneName::read), 1U);
  EXPECT_EQ(lanes_.startable(), 1U);
  lanes_.leave(LaneName::read);
  EXPECT_EQ(lanes_.startable(), 1U);
  EXPECT_EQ(enter(), LaneName::read);
  EXPECT_EQ(take(LaneName::read), 1U);
  EXPECT_TRUE(lanes_.empty());
}

TEST_F(LanesTest, AJobWhoseThreadCouldNotTakeItIsForTheNext) {
  push(LaneName::write, 1);
  EXPECT_EQ(enter(), LaneName::write);
  lanes_.took_jobs(LaneName::write);  // but its connection was of no use
  EXPECT_EQ(lanes_.startable(), 1U);
  lanes_.leave(LaneName::write);
  EXPECT_EQ(enter(), LaneName::write);
}

TEST_F(LanesTest, ThreadsMayComeForJobsThatOthersHaveTaken) {
  push(LaneName::read, 2);
  EXPECT_EQ(enter(), LaneName::read);
  EXPECT_EQ(enter(), LaneName::read);
  static_cast<void>(lanes_.queue(LaneName::read).try_pop(2));
  EXPECT_EQ(lanes_.startable(), 0U);
  EXPECT_EQ(take(LaneName::read), 0U);
  EXPECT_EQ(take(LaneName::read), 0U);
  push(LaneName::read, 1);
  EXPECT_EQ(lanes_.startable(), 1U);
}

TEST_F(LanesTest, CreatesOfOneStatementAreForOneThread) {
  push(LaneName::create, 8);
  EXPECT_EQ(lanes_.startable(), 1U);
  EXPECT_EQ(enter(), LaneName::create);
  EXPECT_EQ(lanes_.startable(), 0U);
  push(LaneName::create, 1);
  EXPECT_EQ(lanes_.startable(), 1U);
  EXPECT_EQ(take(LaneName::create), 8U);
  EXPECT_EQ(lanes_.startable(), 1U);
}

TEST_F(LanesTest, OneThreadIsLeftForReads) {
  push(LaneName::write, 9);
  EXPECT_EQ(lanes_.startable(), 3U);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(enter(), LaneName::write);
  EXPECT_FALSE(enter());
  push(LaneName::read, 9);
  EXPECT_EQ(enter(), LaneName::read);
  EXPECT_EQ(lanes_.threads(), 4U);
}

}  // namespace
}  // namespace curt::store::postgres
