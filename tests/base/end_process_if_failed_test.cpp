#include "curt/base/end_process_if_failed.hpp"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include "curt/base/async.hpp"

namespace curt {
namespace {

/// Runs a coroutine that its core cannot do without, and that throws or ends.
void run_vital(bool throws) {
  net::io_context context{1};
  const auto vital = [throws]() -> awaitable<void> {
    if (throws) throw std::runtime_error{"no memory left"};
    co_return;
  };
  net::co_spawn(context.get_executor(), vital, end_process_if_failed);
  context.run();
}

TEST(EndProcessIfFailedDeathTest, EndsTheProcessWhereItsCoreWouldBeDeadAndSeemToLive) {
  run_vital(false);
  EXPECT_DEATH(run_vital(true), "no memory left");
}

}  // namespace
}  // namespace curt
