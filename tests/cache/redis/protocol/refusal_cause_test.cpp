#include "cache/redis/protocol/refusal_cause.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::cache {
namespace {

using testing::StartsWith;

TEST(RefusalCause, SaysWhatTheFirstWordMeansAndNothingOfTheRest) {
  EXPECT_EQ(refusal_cause(
                "READONLY You can't write against a read only replica. script: 12ab, on @user_script:14."),
            "READONLY the server is a replica");
  EXPECT_THAT(refusal_cause("NOPERM No permissions to access the 'curt:l:secret' key"),
              StartsWith("NOPERM the user"));
}

TEST(RefusalCause, IsFoundInTheErrorOfAServerBeforeRedis7) {
  EXPECT_THAT(
      refusal_cause("ERR Error running script (call to f_12ab): @user_script:14: @user_script: 14: -OOM "
                    "command not allowed when used memory > 'maxmemory'."),
      StartsWith("OOM the server"));
}

TEST(RefusalCause, NamesWhatAScriptMayNotRun) {
  EXPECT_THAT(
      refusal_cause("ERR The user executing the script can't run this command or subcommand script: 12ab, "
                    "on @user_script:3."),
      StartsWith("NOPERM the user lacks a command that the script runs, such as TIME"));
}

TEST(RefusalCause, IsTheFirstWordOfAnErrorThatIsNotKnown) {
  EXPECT_EQ(refusal_cause("CLUSTERDOWN Hash slot not served"), "CLUSTERDOWN");
  EXPECT_EQ(refusal_cause("ERR something about -OOMPH and OOM"), "ERR");
  EXPECT_EQ(refusal_cause(""), "");
}

}  // namespace
}  // namespace curt::cache
