#include "app/doctor/check_up.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/patience.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(CheckUps, RunAllChecksAndKeepTheirOrder) {
  RunningChecks checks{{{"One", [](Findings& findings) { findings.ok("a"); }},
                        {"Two", [](Findings& findings) { findings.fail("b", "c"); }}}};
  const CheckUp found = checks.wait(test::patience());
  ASSERT_EQ(found.sections.size(), 2U);
  EXPECT_EQ(found.sections[0].heading, "One");
  EXPECT_EQ(found.sections[1].findings.front(), (Finding{Mark::error, "b", "c"}));
  EXPECT_TRUE(found.is_complete);
  EXPECT_EQ(found.verdict(), Verdict::would_not_start);
}

TEST(CheckUps, WaitNoLongerForACheckThatHangsAndKeepWhatItFound) {
  const auto go_on = std::make_shared<std::promise<void>>();
  const auto begun = std::make_shared<std::promise<void>>();
  RunningChecks checks{{{"Hangs", [go_on, begun](Findings& findings) {
                           findings.ok("so far");
                           begun->set_value();
                           go_on->get_future().wait();
                         }}}};
  begun->get_future().wait();
  const CheckUp found = checks.wait(1ms);
  EXPECT_FALSE(found.is_complete);
  ASSERT_EQ(found.sections[0].findings.size(), 2U);
  EXPECT_EQ(found.sections[0].findings[0].text, "so far");
  EXPECT_THAT(found.sections[0].findings[1].text, HasSubstr("no answer within 1ms"));
  EXPECT_EQ(found.verdict(), Verdict::unknown);
  go_on->set_value();
}

TEST(CheckUps, SayThatAnInstanceRunsUnlessSomethingIsBroken) {
  CheckUp found;
  EXPECT_EQ(found.verdict(), Verdict::would_start);
  Findings findings;
  findings.note_instance("a curt runs");
  found.sections.push_back({"Addresses", findings.so_far()});
  EXPECT_EQ(found.verdict(), Verdict::runs);
  found.sections.push_back({"Redis", {{Mark::error, "no", ""}}});
  EXPECT_EQ(found.verdict(), Verdict::would_not_start);
  EXPECT_TRUE(found.shows_instance());
}

TEST(CheckUps, RunAtOnce) {
  const auto met = std::make_shared<std::promise<void>>();
  RunningChecks checks{{{"Waits", [met](Findings&) { met->get_future().wait(); }},
                        {"Comes", [met](Findings&) { met->set_value(); }}}};
  EXPECT_TRUE(checks.wait(test::patience()).is_complete);
}

TEST(CheckUps, TurnWhatACheckThrowsIntoAWarning) {
  RunningChecks checks{{{"Throws", [](Findings&) { throw std::runtime_error{"no memory"}; }}}};
  const CheckUp found = checks.wait(test::patience());
  EXPECT_EQ(found.count(Mark::warning), 1U);
  EXPECT_THAT(found.sections[0].findings[0].text, HasSubstr("no memory"));
}

}  // namespace
}  // namespace curt::app
