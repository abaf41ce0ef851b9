#include <cstddef>
#include <future>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/fake_store_api.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"

namespace curt::api {
namespace {

using http::Method;
using std::chrono::seconds;
using test::Answer;
using test::ApiHarness;

constexpr std::string_view kBot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

Answer get_as_bot(ApiHarness& api, std::string_view target) {
  return api.get(target, [](http::Request& request) { request.user_agent = kBot; });
}

TEST(RedirectMetered, EndsWhenTheVisitsDo) {
  ApiHarness api;
  api.given("abc", "https://example.com/a", {{"max_visits", 3}});
  for (int i = 0; i < 3; ++i) {
    const Answer answer = api.get("/abc");
    EXPECT_EQ(answer.status, 302U);
    EXPECT_EQ(answer.header("Location"), "https://example.com/a");
    EXPECT_TRUE(answer.waited) << "no cache knows what is left";
  }
  const Answer spent = api.get("/abc");
  EXPECT_EQ(spent.status, 410U);
  EXPECT_EQ(spent.problem(), "spent");
  EXPECT_FALSE(spent.json()["detail"].get<std::string>().empty());
  EXPECT_THAT(api.get_page("/abc").body, testing::HasSubstr("<h1>This link is used up</h1>"));
}

TEST(RedirectMetered, CountsOnlyThoseWhoFollowTheLink) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"max_visits", 1}});
  const auto prefetch = [](http::Request& request) { request.prefetch = true; };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(api.send(Method::head, "/abc").status, 302U);
    EXPECT_EQ(get_as_bot(api, "/abc").status, 302U);
    EXPECT_EQ(api.get("/abc", prefetch).status, 503U) << "a browser would keep it for the visit";
    EXPECT_EQ(api.get("/abc+").status, 200U);
    EXPECT_EQ(api.get("/api/v1/links/abc").status, 200U);
  }
  EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_EQ(api.send(Method::head, "/abc").status, 410U);
  EXPECT_EQ(get_as_bot(api, "/abc").problem(), "spent");
  EXPECT_EQ(api.get("/abc+").status, 200U) << "a preview shows where it would lead";
}

TEST(RedirectMetered, JudgesAUserAgentOnceAndOnAnotherThreadThanTheCores) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"max_visits", 9}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get_as_bot(api, "/abc").status, 302U);
  EXPECT_EQ(test::metric_value(api.metrics, "curt_side_thread_work_seconds_count"), "1");
  EXPECT_EQ(api.bots.remembered(kBot), true);
  EXPECT_EQ(api.send(Method::head, "/abc").status, 302U);
  EXPECT_EQ(api.bots.remembered(""), std::nullopt) << "HEAD is no visit, whoever asks";
}

/// Keeps the thread beside the cores at work, with no room for more visitors.
class BusySideThread {
 public:
  explicit BusySideThread(api::SideThread& side) {
    std::promise<void> begun;
    occupy(side, [&begun, this] {
      begun.set_value();
      gone_.wait_for(test::patience());
      return 0;
    });
    begun.get_future().wait_for(test::patience());
    for (std::size_t i = 0; i < api::SideThread::kMostVisitorsWaiting; ++i) occupy(side, [] { return 0; });
  }
  ~BusySideThread() {
    go_.set_value();
    context_.restart();
    context_.run_for(test::patience());
  }
  BusySideThread(const BusySideThread&) = delete;
  BusySideThread& operator=(const BusySideThread&) = delete;

 private:
  template <class Work>
  void occupy(api::SideThread& side, Work work) {
    net::co_spawn(context_, side.run(call_, api::SideThread::Lane::visitors, std::move(work)), net::detached);
    context_.restart();
    context_.poll();
  }

  net::io_context context_{1};
  Call call_{Deadline::in(test::patience())};
  std::promise<void> go_;
  std::shared_future<void> gone_ = go_.get_future().share();
};

TEST(RedirectMetered, TurnsNobodyAwayWhereTooManyUserAgentsAreNew) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"max_visits", 1}});
  const BusySideThread busy{api.side_thread};
  EXPECT_EQ(get_as_bot(api, "/abc").status, 302U);
  EXPECT_EQ(get_as_bot(api, "/abc").status, 410U) << "it is taken for a person, who pays";
}

TEST(RedirectMetered, AnswersHeadLikeGet) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"max_visits", 9}});
  EXPECT_EQ(api.send(Method::head, "/abc").headers, api.get("/abc").headers);
}

TEST(RedirectMetered, LetsNoBrowserKeepAPermanentRedirect) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"max_visits", 9}, {"redirect_status", 301}, {"ttl", 3600}});
  const Answer answer = api.get("/abc");
  EXPECT_EQ(answer.status, 301U);
  EXPECT_EQ(answer.header("Cache-Control"), "private, max-age=0");
}

TEST(RedirectMetered, ForwardsTheQuery) {
  ApiHarness api;
  api.given("abc", "https://example.com/?a=1", {{"max_visits", 9}, {"forward_query", true}});
  EXPECT_EQ(api.get("/abc?b=2").header("Location"), "https://example.com/?a=1&b=2");
}

TEST(RedirectMetered, OpensAgainWhenMoreVisitsAreAllowed) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"max_visits", 1}});
  EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_EQ(api.get("/abc").status, 410U);
  EXPECT_EQ(api.edit("abc", {{"max_visits", 2}}).json()["max_visits"], 2);
  EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_EQ(api.get("/abc").status, 410U);
  EXPECT_EQ(api.edit("abc", {{"max_visits", nullptr}}).json()["max_visits"], nullptr);
  EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_FALSE(api.get("/abc").waited);
}

TEST(RedirectMetered, IsRefusedFromTheCacheWhileItDoesNotRedirectAtAll) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"max_visits", 1}, {"not_before", "2026-11-22T12:00:10Z"}});
  EXPECT_EQ(api.get("/abc").problem(), "not_yet");
  EXPECT_FALSE(api.get("/abc").waited);
  api.clock.advance(seconds{10});
  EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_EQ(api.get("/abc").problem(), "spent");
}

TEST(RedirectMetered, AsksTheStoreForTheLinkOnlyOnce) {
  test::FakeStoreApi api;
  api.given("abc", "https://example.com/", {{"max_visits", 9}});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_EQ(api.store.finds(), 1U);
  EXPECT_EQ(api.store.spends().size(), 4U);
}

TEST(RedirectMetered, LetsNobodyThroughWhileTheStoreIsAway) {
  test::FakeStoreApi api;
  api.given("abc", "https://example.com/", {{"max_visits", 9}});
  EXPECT_EQ(api.get("/abc").status, 302U);
  for (const ErrorCode why :
       {ErrorCode::unavailable, ErrorCode::deadline_exceeded, ErrorCode::outcome_unknown}) {
    api.store.fail_with(why);
    const Answer answer = api.get("/abc");
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.problem(), name_of(why));
    EXPECT_THAT(answer.header("Retry-After"), testing::AnyOf("1", "2", "3"));
    EXPECT_EQ(api.send(Method::head, "/abc").status, 503U);
  }
  api.store.fail_with(std::nullopt);
  EXPECT_EQ(api.get("/abc").status, 302U);
}

}  // namespace
}  // namespace curt::api
