#include "curt/links/visit_budget.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/fakes/fake_link_store.hpp"
#include "support/manual_clock.hpp"
#include "support/patience.hpp"
#include "support/stepped_calls.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using test::stored;
using testing::ElementsAre;

class VisitBudgetTest : public testing::Test {
 protected:
  using Calls = test::SteppedCalls<std::shared_ptr<const RedirectLink>>;
  using Outcome = Calls::Outcome;

  /// Whoever gathers waits for those before him, so that all must end.
  void TearDown() override {
    store_.release_all();
    go_on();
  }

  void given(std::int64_t max_visits) {
    Link link = stored("abc", "https://example.com/");
    link.settings.max_visits = max_visits;
    store_.put(link);
  }

  /// Begins a visit or a look and goes as far as it gets; the outcome fills when it ends.
  Outcome& visit() { return visit(call_); }
  Outcome& visit(Call& call) { return calls_.start(budget_.spend(call, test::code_of("abc"))); }
  Outcome& look() { return calls_.start(budget_.look(call_, test::code_of("abc"))); }

  /// Lets the spend that is under way end.
  void release() {
    store_.release_first();
    go_on();
  }

  void go_on() { calls_.go_on(); }

  static std::string target_of(const std::shared_ptr<const RedirectLink>& link) { return link->target; }
  static std::string text_of(const Outcome& outcome) { return Calls::text_of(outcome, target_of); }
  [[nodiscard]] std::vector<std::string> texts() const { return calls_.texts(target_of); }

  const std::string target_ = "https://example.com/";
  Calls calls_;
  Metrics metrics_;
  test::FakeLinkStore store_;
  test::ManualClock clock_{test::kNow};
  VisitBudget budget_{store_, clock_, metrics_};
  Call call_{Deadline::in(test::patience())};
};

TEST_F(VisitBudgetTest, GrantsAsManyVisitsAsTheLinkHas) {
  given(2);
  EXPECT_EQ(text_of(visit()), target_);
  EXPECT_EQ(text_of(visit()), target_);
  EXPECT_EQ(text_of(visit()), "spent");
  EXPECT_EQ(call_.statements, 3U);
}

TEST_F(VisitBudgetTest, ALookSpendsNothingAndEndsWithTheVisits) {
  given(1);
  EXPECT_EQ(text_of(look()), target_);
  EXPECT_EQ(text_of(look()), target_);
  EXPECT_EQ(text_of(visit()), target_);
  EXPECT_EQ(text_of(look()), "spent");
}

TEST_F(VisitBudgetTest, ThoseWhoComeDuringASpendShareTheNext) {
  given(100);
  store_.hold();
  for (int i = 0; i < 5; ++i) visit();
  EXPECT_THAT(store_.spends(), ElementsAre(1));
  release();
  EXPECT_EQ(text_of(calls_.outcomes()[0]), target_) << "it does not wait for the others";
  EXPECT_EQ(text_of(calls_.outcomes()[1]), "waits");
  EXPECT_THAT(store_.spends(), ElementsAre(1, 4));
  visit();
  look();
  release();
  EXPECT_THAT(store_.spends(), ElementsAre(1, 4, 1));
  release();
  EXPECT_THAT(texts(), testing::Each(target_));
}

TEST_F(VisitBudgetTest, WhatIsLeftGoesToThoseWhoCameFirst) {
  given(4);
  store_.hold();
  for (int i = 0; i < 3; ++i) visit();
  look();
  for (int i = 0; i < 3; ++i) visit();
  release();
  release();
  EXPECT_THAT(texts(), ElementsAre(target_, target_, target_, "spent", target_, "spent", "spent"));
}

TEST_F(VisitBudgetTest, SaysWhyALinkDoesNotRedirect) {
  EXPECT_EQ(text_of(visit()), "not_found");
  Link link = stored("abc", "https://example.com/");
  link.settings.max_visits = 5;
  link.settings.enabled = false;
  store_.put(link);
  EXPECT_EQ(text_of(visit()), "disabled");
  EXPECT_EQ(text_of(look()), "disabled");
  link.settings.enabled = true;
  link.settings.expires_at = test::kNow;
  store_.put(link);
  EXPECT_EQ(text_of(visit()), "expired");
  link.settings.expires_at.reset();
  link.settings.not_before = test::kNow + std::chrono::milliseconds{1};
  store_.put(link);
  EXPECT_EQ(text_of(visit()), "not_yet");
  clock_.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(text_of(visit()), target_);
  link.deleted_at = test::kNow;
  store_.put(link);
  EXPECT_EQ(text_of(visit()), "deleted");
}

TEST_F(VisitBudgetTest, ALinkThatLostItsLimitIsOpenToAll) {
  store_.put(stored("abc", "https://example.com/"));
  store_.hold();
  for (int i = 0; i < 3; ++i) visit();
  look();
  release();
  release();
  EXPECT_THAT(texts(), testing::Each(target_));
}

TEST_F(VisitBudgetTest, AFailureIsThatOfAllWhoShareIt) {
  given(100);
  store_.hold();
  visit();
  store_.fail_with(ErrorCode::outcome_unknown);
  visit();
  visit();
  release();
  store_.fail_with(std::nullopt);
  visit();
  release();
  release();
  EXPECT_THAT(texts(), ElementsAre(target_, "outcome_unknown", "outcome_unknown", target_));
}

TEST_F(VisitBudgetTest, ThoseWithTimeLeftOutliveTheDeadlineOfTheOneThatSpends) {
  given(2);
  store_.hold();
  visit();
  store_.fail_with(ErrorCode::deadline_exceeded);
  visit();
  visit();
  Call late{Deadline::in({})};
  visit(late);
  visit();
  release();
  store_.fail_with(std::nullopt);
  visit();
  EXPECT_THAT(store_.spends(), ElementsAre(1, 3)) << "nothing is spent for one whose time is over";
  release();
  EXPECT_THAT(texts(),
              ElementsAre(target_, "deadline_exceeded", "waits", "deadline_exceeded", "waits", "waits"));
  EXPECT_THAT(store_.spends(), ElementsAre(1, 3, 3)) << "the second of them spends for those behind it";
  release();
  EXPECT_THAT(texts(),
              ElementsAre(target_, "deadline_exceeded", target_, "deadline_exceeded", "spent", "spent"));
}

TEST_F(VisitBudgetTest, AStoreThatThrowsKeepsNobodyWaiting) {
  given(100);
  store_.hold();
  visit();
  visit();
  store_.break_down();
  release();
  release();
  EXPECT_THAT(texts(), ElementsAre("unavailable", "unavailable"));
}

TEST_F(VisitBudgetTest, EachIsAnsweredOnItsOwnThread) {
  given(100);
  store_.hold();
  net::io_context other{1};
  visit();
  const Outcome& there = calls_.start_on(other, budget_.spend(call_, test::code_of("abc")));
  const Outcome& here = visit();
  release();
  EXPECT_THAT(store_.spends(), ElementsAre(1)) << "the next spend is the other thread's";
  Calls::go_on(other);
  EXPECT_THAT(store_.spends(), ElementsAre(1, 2));
  store_.release_first();
  Calls::go_on(other);
  EXPECT_EQ(text_of(there), target_);
  EXPECT_EQ(text_of(here), "waits");
  go_on();
  EXPECT_EQ(text_of(here), target_);
}

TEST_F(VisitBudgetTest, CodesDoNotWaitForEachOther) {
  given(100);
  Link link = stored("other", "https://example.org/");
  link.settings.max_visits = 1;
  store_.put(link);
  store_.hold();
  visit();
  const Outcome& other = calls_.start(budget_.spend(call_, test::code_of("other")));
  store_.release_last();
  go_on();
  EXPECT_EQ(text_of(other), "https://example.org/");
}

}  // namespace
}  // namespace curt::links
