#include "store/postgres/pool/attempts.hpp"

#include <array>
#include <atomic>
#include <latch>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/eventually.hpp"

namespace curt::store::postgres {
namespace {

using test::eventually;

TEST(Attempts, RunAtTheSameTimeAndAreCounted) {
  std::latch go{1};
  std::latch begun{3};
  Attempts attempts;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(attempts.begin([&](InFlight&) {
      begun.count_down();
      go.wait();
    }));
  }
  begun.wait();
  attempts.look_after();
  EXPECT_EQ(attempts.under_way(), 3U);
  go.count_down();
  EXPECT_TRUE(eventually([&] { return attempts.under_way() == 0; }));
  attempts.look_after();
}

TEST(Attempts, AreWaitedForAtTheEnd) {
  std::atomic<int> done{0};
  {
    Attempts attempts;
    for (int i = 0; i < 8; ++i) {
      ASSERT_TRUE(attempts.begin([&](InFlight&) { ++done; }));
    }
  }
  EXPECT_EQ(done, 8);
}

TEST(Attempts, ThatHangWhileTheySetUpAreEnded) {
  std::array<int, 2> sockets{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()), 0);
  Attempts attempts;
  ASSERT_TRUE(attempts.begin([&](InFlight& set_up) {
    set_up.begin_set_up(sockets[0], Deadline::in(std::chrono::milliseconds{10}));
    char byte = 0;
    EXPECT_EQ(::recv(sockets[0], &byte, 1, 0), 0) << "which blocks until the socket is shut down";
    set_up.end_set_up();
  }));
  EXPECT_TRUE(eventually([&] {
    attempts.look_after();
    return attempts.under_way() == 0;
  }));
  for (const int socket : sockets) ::close(socket);
}

}  // namespace
}  // namespace curt::store::postgres
