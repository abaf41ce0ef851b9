#include "curt/limits/rate_limiter.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/captured_log.hpp"
#include "support/fakes/fake_shared_limiter.hpp"
#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"
#include "support/run_awaitable.hpp"

namespace curt::limits {
namespace {

using std::chrono::seconds;

constexpr std::string_view kReplaced = "the limits of clients are counted by this process alone";
constexpr std::string_view kBack = "the limits of clients are counted in redis again";
constexpr Timestamp kStart{std::chrono::milliseconds{1'795'348'800'000}};

/// One process, with budgets that it shares with others where it is told to.
struct Process {
  explicit Process(const Quotas& quotas, SharedLimiter* shared = nullptr, Clock* time = nullptr)
      : limiter(quotas, shared, 1, time != nullptr ? *time : clock, metrics) {}

  Decision charge(Budget budget, std::string_view client = "192.0.2.1") {
    Call call{Deadline{std::chrono::steady_clock::now()}};
    return test::run(limiter.charge(call, Subject::of_client(client), budget));
  }
  int let_in(Budget budget, int requests, std::string_view client = "192.0.2.1") {
    int count = 0;
    for (int i = 0; i < requests; ++i) count += charge(budget, client).allowed ? 1 : 0;
    return count;
  }
  [[nodiscard]] std::string metric(const std::string& series) const {
    return test::metric_value(metrics, series);
  }

  test::ManualClock clock{kStart};
  Metrics metrics;
  RateLimiter limiter;
};

TEST(RateLimiter, WithoutQuotasLimitsNothing) {
  const Process process{{}};
  EXPECT_FALSE(process.limiter.is_on());
  for (const Budget budget :
       {Budget::create, Budget::api, Budget::not_found, Budget::failed_keys, Budget::redirect}) {
    EXPECT_FALSE(process.limiter.limits(budget)) << name_of(budget);
  }
  EXPECT_FALSE(process.limiter.charges(Budget::create));
  EXPECT_FALSE(process.limiter.charges(Budget::api));
}

TEST(RateLimiter, ChargesACreateToBothBudgets) {
  Process process{{.create = {3, seconds{60}}, .api = {5, seconds{60}}}};
  const Decision first = process.charge(Budget::create);
  ASSERT_EQ(first.states.size(), 2U);
  EXPECT_EQ(first.states[0].budget, Budget::create);
  EXPECT_EQ(first.states[0].remaining, 2U);
  EXPECT_EQ(first.states[1].budget, Budget::api);
  EXPECT_EQ(first.states[1].remaining, 4U);
  EXPECT_EQ(process.let_in(Budget::create, 10), 2);
  EXPECT_EQ(process.let_in(Budget::api, 10), 2);
  const Decision refused = process.charge(Budget::create, "192.0.2.1");
  EXPECT_FALSE(refused.allowed);
  EXPECT_FALSE(refused.states[0].allowed);
  EXPECT_FALSE(refused.states[1].allowed);
}

TEST(RateLimiter, ChargesACreateToTheOneThatIsLimited) {
  Process only_api{{.api = {2, seconds{60}}}};
  EXPECT_TRUE(only_api.limiter.charges(Budget::create));
  EXPECT_EQ(only_api.let_in(Budget::create, 5), 2);
  Process only_create{{.create = {2, seconds{60}}}};
  EXPECT_FALSE(only_create.limiter.charges(Budget::api));
  EXPECT_EQ(only_create.let_in(Budget::create, 5), 2);
}

TEST(RateLimiter, SharesBudgetsBetweenProcesses) {
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  const Quotas quotas{.api = {10, seconds{60}}};
  Process one{quotas, &shared, &clock};
  Process other{quotas, &shared, &clock};
  EXPECT_EQ(one.let_in(Budget::api, 7), 7);
  EXPECT_EQ(other.let_in(Budget::api, 7), 3);
  EXPECT_EQ(one.metric("curt_rate_limit_shared"), "1");
  EXPECT_EQ(
      other.metric("curt_rate_limit_decisions_total{budget=\"api\",decision=\"refused\",judge=\"redis\"}"),
      "4");
}

TEST(RateLimiter, CountsByItselfFromWholeBudgetsOnWhileNobodyElseDoes) {
  test::CapturedLog log;
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  Process process{{.api = {10, seconds{60}}}, &shared, &clock};
  EXPECT_EQ(process.let_in(Budget::api, 20), 10);
  shared.fail_with("READONLY the server is a replica");
  EXPECT_EQ(process.let_in(Budget::api, 20), 10);
  EXPECT_EQ(process.metric("curt_rate_limit_shared"), "0");
  EXPECT_EQ(process.metric(
                "curt_rate_limit_decisions_total{budget=\"api\",decision=\"refused\",judge=\"process\"}"),
            "10");
  shared.fail_with(std::nullopt);
  EXPECT_EQ(process.let_in(Budget::api, 20), 0) << "what was charged before is known again";
  EXPECT_EQ(process.metric("curt_rate_limit_shared"), "0") << "it failed this moment";
  clock.advance(seconds{6});
  EXPECT_EQ(process.let_in(Budget::api, 20), 1);
  EXPECT_EQ(process.metric("curt_rate_limit_shared"), "1");
  EXPECT_EQ(log.lines({kReplaced, kBack}),
            (std::vector<std::string>{std::string{kReplaced} + ": READONLY the server is a replica",
                                      std::string{kBack}}));
}

TEST(RateLimiter, SaysItOnceWhereAnswersAndFailuresTakeTurns) {
  test::CapturedLog log;
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  Process process{{.api = {100, seconds{60}}}, &shared, &clock};
  for (int i = 0; i < 20; ++i) {
    shared.fail_with(i % 2 == 0 ? std::optional<std::string>{"redis does not answer in time"} : std::nullopt);
    (void)process.charge(Budget::api);
    clock.advance(std::chrono::milliseconds{20});
  }
  EXPECT_EQ(log.lines({kReplaced, kBack}).size(), 1U);
}

TEST(RateLimiter, IsBackAlsoWhereTheBudgetIsUsedUpAtOnce) {
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  Process process{{.api = {5, std::chrono::hours{24}}}, &shared, &clock};
  shared.fail_with("redis does not answer in time");
  (void)process.charge(Budget::api);
  shared.fail_with(std::nullopt);
  EXPECT_EQ(process.let_in(Budget::api, 20), 5);
  EXPECT_EQ(process.metric("curt_rate_limit_shared"), "0") << "it failed this moment";
  clock.advance(seconds{1});
  EXPECT_EQ(process.let_in(Budget::api, 1), 0);
  EXPECT_EQ(process.metric("curt_rate_limit_shared"), "1");
}

TEST(RateLimiter, ChargesVisitorsInThisProcessAlone) {
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  Process process{{.redirect = {3, seconds{3}}}, &shared, &clock};
  const Subject who = Subject::of_client("192.0.2.1");
  const SteadyTime now = clock.steady_now();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(process.limiter.charge_redirect(who, now));
  const auto refused = process.limiter.charge_redirect(who, now);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->budget, Budget::redirect);
  EXPECT_EQ(refused->next, Ticks{seconds{1}});
  EXPECT_FALSE(process.limiter.charge_redirect(Subject::of_client("192.0.2.2"), now));
  EXPECT_FALSE(process.limiter.charge_redirect(who, now + seconds{1}));
  EXPECT_EQ(shared.charges(), 0);
}

/// So many requests, one after the other, each of which is charged afterwards.
int charged_after(Process& process, const Clock& clock, int requests) {
  int let_in = 0;
  for (int i = 0; i < requests; ++i) {
    const auto ticket =
        process.limiter.enter(Budget::not_found, Subject::of_client("192.0.2.1"), clock.steady_now());
    if (ticket.refused) continue;
    ++let_in;
    process.limiter.charge_after(ticket);
  }
  return let_in;
}

TEST(RateLimiter, RefusesWhatIsChargedAfterwardsOnceItIsUsedUp) {
  Process process{{.not_found = {4, seconds{60}}}};
  EXPECT_EQ(charged_after(process, process.clock, 10), 4);
  const auto ticket =
      process.limiter.enter(Budget::not_found, Subject::of_client("192.0.2.1"), process.clock.steady_now());
  ASSERT_TRUE(ticket.refused);
  EXPECT_EQ(ticket.refused->next, Ticks{seconds{15}});
  EXPECT_FALSE(ticket.refused->allowed);
  process.clock.advance(seconds{15});
  EXPECT_EQ(charged_after(process, process.clock, 10), 1);
}

TEST(RateLimiter, LearnsFromItsOwnChargesWhatOthersHaveUsedUp) {
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  const Quotas quotas{.not_found = {10, seconds{60}}};
  Process one{quotas, &shared, &clock};
  Process other{quotas, &shared, &clock};
  EXPECT_EQ(charged_after(one, clock, 30), 10);
  EXPECT_EQ(charged_after(other, clock, 30), 1) << "the first tells it";
}

TEST(RateLimiter, ChargesAfterwardsHereWhereNobodyElseDoes) {
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  Process process{{.not_found = {10, seconds{60}}}, &shared, &clock};
  shared.fail_with("redis is not connected");
  EXPECT_EQ(charged_after(process, clock, 30), 10);
  EXPECT_EQ(
      process.metric(
          "curt_rate_limit_decisions_total{budget=\"not_found\",decision=\"allowed\",judge=\"process\"}"),
      "10");
}

TEST(RateLimiter, LetsNoMoreThanOneOfManyAtOnceInWhenOneIsAllowed) {
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  Process process{{.not_found = {10, seconds{60}}}, &shared, &clock};
  EXPECT_EQ(charged_after(process, clock, 30), 10);
  clock.advance(seconds{6});
  shared.hold();
  EXPECT_EQ(charged_after(process, clock, 1000), 1);
  shared.answer_all();
  EXPECT_EQ(charged_after(process, clock, 1000), 0);
}

TEST(RateLimiter, RefusesBeforeTheSharedBudgetsAnswerWhatIsUsedUpHere) {
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  Process process{{.not_found = {10, seconds{60}}}, &shared, &clock};
  shared.hold();
  EXPECT_EQ(charged_after(process, clock, 1000), 10) << "nothing has been answered yet";
  shared.answer_all();
  EXPECT_EQ(shared.charges(), 10);
  EXPECT_EQ(charged_after(process, clock, 1000), 0);
}

TEST(RateLimiter, RefusesNoGoodKeySinceOtherCoresJudgeKeysAtTheSameTime) {
  Process process{{.failed_keys = {2, std::chrono::hours{1}}}};
  const Subject who = Subject::of_client("192.0.2.1");
  const auto enter = [&] {
    return process.limiter.enter(Budget::failed_keys, who, process.clock.steady_now());
  };
  const std::vector<RateLimiter::Ticket> at_once{enter(), enter(), enter()};
  for (const RateLimiter::Ticket& ticket : at_once) EXPECT_FALSE(ticket.refused);
  process.limiter.spare(at_once[0]);
  EXPECT_FALSE(enter().refused) << "that was a good one";
  process.limiter.charge_after(at_once[1]);
  process.limiter.charge_after(at_once[2]);
  const RateLimiter::Ticket next = enter();
  ASSERT_TRUE(next.refused);
  EXPECT_EQ(next.refused->next, Ticks{std::chrono::minutes{30}});
}

TEST(RateLimiter, HasAClientOfManyInstancesPayBackWhatTheyLetInAtOnce) {
  test::ManualClock clock{kStart};
  test::FakeSharedLimiter shared{clock};
  const Quotas quotas{.not_found = {10, seconds{60}}};
  Process one{quotas, &shared, &clock};
  Process other{quotas, &shared, &clock};
  shared.hold();
  EXPECT_EQ(charged_after(one, clock, 1000), 10);
  EXPECT_EQ(charged_after(other, clock, 1000), 10) << "neither knows of the other";
  shared.answer_all();
  clock.advance(seconds{60});
  EXPECT_EQ(charged_after(other, clock, 1000), 0) << "the ten that were too many";
  clock.advance(seconds{6});
  EXPECT_EQ(charged_after(other, clock, 1000), 1);
}

TEST(RateLimiter, CountsClientsThatItKnows) {
  Process process{{.api = {10, seconds{60}}, .not_found = {10, seconds{60}}, .redirect = {10, seconds{60}}}};
  EXPECT_EQ(process.metric("curt_rate_limit_clients"), "0");
  (void)process.charge(Budget::api);
  (void)charged_after(process, process.clock, 1);
  (void)process.limiter.charge_redirect(Subject::of_client("192.0.2.1"), process.clock.steady_now());
  EXPECT_EQ(process.metric("curt_rate_limit_clients"), "3");
}

}  // namespace
}  // namespace curt::limits
