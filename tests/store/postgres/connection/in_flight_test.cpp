#include "store/postgres/connection/in_flight.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

namespace curt::store::postgres {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// A job that notes the errors that its caller gets.
class NotedJob final : public Job<Connection> {
 public:
  NotedJob(std::vector<ErrorCode>& errors, Deadline deadline) : Job(deadline), errors_(errors) {}

  Writes run(Connection& /*db*/) noexcept override { return Writes::keep; }
  void finish() override {}
  void fail(Error error) override { errors_.push_back(error.code); }

 private:
  std::vector<ErrorCode>& errors_;
};

class InFlightTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets_.data()), 0); }
  void TearDown() override {
    for (const int socket : sockets_) ::close(socket);
  }

  void begin(std::vector<Deadline> deadlines, Commit commit = Commit::not_begun) {
    jobs_.clear();
    for (const Deadline deadline : deadlines) jobs_.push_back(std::make_unique<NotedJob>(errors_, deadline));
    in_flight_.begin(jobs_, sockets_[0], commit);
  }

  /// Whether the socket was shut down.
  [[nodiscard]] bool is_cut() const {
    char byte = 0;
    return ::recv(sockets_[1], &byte, 1, MSG_DONTWAIT) == 0;
  }

  const Deadline late_ = Deadline::in(-1s);
  const Deadline in_time_ = Deadline::in(1h);
  std::array<int, 2> sockets_{};
  std::vector<ErrorCode> errors_;
  std::vector<InFlight::JobPtr> jobs_;
  InFlight in_flight_;
};

TEST_F(InFlightTest, BeginsNoCommitThatNobodyWaitsFor) {
  EXPECT_FALSE(in_flight_.begin_commit());
  begin({late_, late_});
  EXPECT_FALSE(in_flight_.begin_commit());
  EXPECT_EQ(in_flight_.commit(), Commit::not_begun);
  begin({late_, in_time_});
  EXPECT_TRUE(in_flight_.begin_commit());
  EXPECT_EQ(in_flight_.commit(), Commit::begun);
}

TEST_F(InFlightTest, CutsTheSocketWhenTheLastCallerWasAnswered) {
  begin({late_, in_time_});
  EXPECT_EQ(in_flight_.answer_overdue(), std::nullopt);
  EXPECT_THAT(errors_, ElementsAre(ErrorCode::deadline_exceeded));
  EXPECT_FALSE(is_cut());
  EXPECT_TRUE(in_flight_.is_waited_for());
  const auto before = Deadline::clock::now();
  begin({late_});
  EXPECT_GE(in_flight_.answer_overdue(), before);
  EXPECT_TRUE(is_cut());
  EXPECT_FALSE(in_flight_.is_waited_for());
  EXPECT_FALSE(in_flight_.end());
}

TEST_F(InFlightTest, AnswersAtOnceForAServerThatAnswersNobody) {
  begin({in_time_});
  in_flight_.give_up();
  EXPECT_TRUE(is_cut());
  EXPECT_FALSE(in_flight_.begin_commit());
  EXPECT_FALSE(in_flight_.end());
  begin({in_time_}, Commit::begun);
  in_flight_.give_up();
  EXPECT_THAT(errors_, ElementsAre(ErrorCode::unavailable, ErrorCode::outcome_unknown));
}

TEST_F(InFlightTest, GivingUpCutsNothingThatIsAtRest) {
  begin({in_time_});
  EXPECT_TRUE(in_flight_.end());
  in_flight_.give_up();
  EXPECT_FALSE(is_cut());
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(InFlightTest, KeepsForAnotherConnectionWhatWasNotCommittedAndIsWaitedFor) {
  begin({in_time_});
  EXPECT_TRUE(in_flight_.keep_for_another_connection());
  EXPECT_TRUE(in_flight_.is_waited_for());
  begin({late_});
  EXPECT_FALSE(in_flight_.keep_for_another_connection());
  begin({in_time_});
  EXPECT_TRUE(in_flight_.begin_commit());
  EXPECT_FALSE(in_flight_.keep_for_another_connection());
  begin({in_time_});
  in_flight_.give_up();
  EXPECT_FALSE(in_flight_.keep_for_another_connection());
}

TEST_F(InFlightTest, BeginsOnceMoreOnlyWhatIsStillWaitedFor) {
  begin({late_, in_time_}, Commit::not_begun);
  EXPECT_TRUE(in_flight_.keep_for_another_connection());
  EXPECT_EQ(in_flight_.answer_overdue(), std::nullopt);
  EXPECT_TRUE(in_flight_.begin_again(sockets_[0], Commit::not_begun));
  in_flight_.give_up();
  EXPECT_THAT(errors_, ElementsAre(ErrorCode::deadline_exceeded, ErrorCode::unavailable))
      << "nobody is answered twice";
  EXPECT_TRUE(is_cut()) << "the socket is that of the new connection";
}

TEST_F(InFlightTest, BeginsNothingOnceMoreAfterItsCallersWereToldThatNothingWasDone) {
  begin({in_time_});
  EXPECT_TRUE(in_flight_.keep_for_another_connection());
  in_flight_.give_up();
  EXPECT_THAT(errors_, ElementsAre(ErrorCode::unavailable));
  EXPECT_FALSE(in_flight_.begin_again(sockets_[0], Commit::not_begun));
  EXPECT_FALSE(in_flight_.begin_commit());
  EXPECT_FALSE(is_cut()) << "the connection was not used";
}

TEST_F(InFlightTest, WhatWaitsForAConnectionIsAnsweredAtItsDeadlineAndBlamesNoServer) {
  begin({Deadline::in(20ms)});
  EXPECT_TRUE(in_flight_.keep_for_another_connection());
  while (in_flight_.is_waited_for()) EXPECT_EQ(in_flight_.answer_overdue(), std::nullopt);
  EXPECT_THAT(errors_, ElementsAre(ErrorCode::deadline_exceeded));
  EXPECT_FALSE(is_cut());
}

}  // namespace
}  // namespace curt::store::postgres
