#include "support/servers/child_process.hpp"

#include <gtest/gtest.h>

namespace curt::test {
namespace {

TEST(ChildProcess, HasEverythingThatTheChildWroteAfterItHasEnded) {
  // What outlives the shell holds its standard error alone, so that the two pipes end one after the other.
  const Finished late = run({"sh", "-c", "(sleep 0.3; echo late >&2) >/dev/null & exec true"});
  EXPECT_EQ(late.status, 0);
  EXPECT_EQ(late.out, "");
  EXPECT_EQ(late.err, "late\n");
  const Finished later = run({"sh", "-c", "(sleep 0.3; echo later) 2>/dev/null & exec true"});
  EXPECT_EQ(later.out, "later\n");
  EXPECT_EQ(later.err, "");
}

}  // namespace
}  // namespace curt::test
