#include "api/visitors/look_up.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/fakes/fake_link_store.hpp"
#include "support/fakes/fake_shared_limiter.hpp"
#include "support/http/api_harness.hpp"
#include "support/patience.hpp"

namespace curt::api {
namespace {

using std::chrono::seconds;
using test::Answer;
using test::ApiHarness;

ApiHarness::Prepare from(std::string_view client) {
  return [client](http::Request& request) { request.client = client; };
}

/// The API where a client may look up three codes a minute that lead nowhere.
struct Limited : ApiHarness {
  explicit Limited(limits::SharedLimiter* shared = nullptr, std::unique_ptr<links::LinkStore> store = nullptr)
      : ApiHarness({}, std::move(store), {{.not_found = {3, seconds{60}}}, shared}) {}

  /// So many codes that nobody has, each another one; how many were looked up.
  int scan(int codes, std::string_view client = "192.0.2.1", std::string_view suffix = "") {
    int looked_up = 0;
    for (int i = 0; i < codes; ++i) {
      const Answer answer = get(fmt::format("/scan{}{}", ++scanned, suffix), from(client));
      if (answer.status == 404) ++looked_up;
      if (answer.status == 429) {
        EXPECT_EQ(answer.statements, 0U);
        EXPECT_EQ(answer.problem(), "rate_limited");
        EXPECT_EQ(answer.header("RateLimit-Policy"), R"("not_found";q=3;w=60)");
      }
    }
    return looked_up;
  }

  int scanned = 0;
};

constexpr std::array<std::string_view, 5> kNobody{"/none1", "/none2", "/none3", "/none4", "/none5"};

/// Requests of one client that are under way at the same time, on this thread.
class Visits {
 public:
  explicit Visits(ApiHarness& api) : api_(api) {}

  /// `target` outlives it.
  void start(std::string_view target) {
    Visit& visit = visits_.emplace_back();
    visit.request.method = http::Method::get;
    visit.request.target = target;
    visit.request.path = target;
    visit.request.client = "192.0.2.1";
    visit.response.set_status(0);
    visit.exchange = std::make_unique<http::Exchange>(
        http::Exchange{visit.request, visit.response, ApiHarness::kRequestId, 0,
                       Call{Deadline::in(test::patience())}, api_.clock.steady_now()});
    http::Service& service = api_.service();
    if (service.admit(*visit.exchange) == http::Admission::answer) return;
    if (service.answer_now(*visit.exchange)) return;
    net::co_spawn(context_, service.answer(*visit.exchange), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    go_on();
  }

  /// Runs what can go on by now.
  void go_on() {
    context_.restart();
    context_.poll();
  }

  /// Zero for those that wait, in the order in which they began.
  [[nodiscard]] std::vector<unsigned> statuses() const {
    std::vector<unsigned> all;
    for (const Visit& visit : visits_) all.push_back(visit.response.status());
    return all;
  }

 private:
  struct Visit {
    http::Request request;
    http::Response response;
    std::unique_ptr<http::Exchange> exchange;
  };

  ApiHarness& api_;
  net::io_context context_{1};
  std::deque<Visit> visits_;
};

TEST(LookUp, OfCodesThatLeadNowhereIsLimited) {
  Limited api;
  EXPECT_EQ(api.scan(10), 3);
  EXPECT_EQ(api.scan(10, "192.0.2.2"), 3);
  api.clock.advance(seconds{20});
  EXPECT_EQ(api.scan(10), 1);
}

TEST(LookUp, OfThePreviewIsLimitedToo) {
  Limited api;
  EXPECT_EQ(api.scan(10, "192.0.2.1", "+"), 3);
  EXPECT_EQ(api.scan(10), 0);
}

TEST(LookUp, IsRefusedToNobodyWhomTheCacheCanAnswer) {
  Limited api;
  api.given("known");
  api.given("unknown");
  EXPECT_EQ(api.get("/known", from("192.0.2.2")).status, 302U);
  EXPECT_EQ(api.get("/nobody", from("192.0.2.2")).status, 404U);
  EXPECT_EQ(api.scan(10), 3);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(api.get("/known", from("192.0.2.1")).status, 302U);
    EXPECT_EQ(api.get("/known+", from("192.0.2.1")).status, 200U);
    EXPECT_EQ(api.get("/nobody", from("192.0.2.1")).status, 404U) << "that is known too";
    EXPECT_EQ(api.get("/no%2Fcode", from("192.0.2.1")).status, 404U) << "that can be no code";
  }
  EXPECT_EQ(api.get("/unknown", from("192.0.2.1")).status, 429U);
  EXPECT_EQ(api.get("/unknown", from("192.0.2.2")).status, 302U);
  EXPECT_EQ(api.get("/unknown", from("192.0.2.1")).status, 302U) << "now it is in the cache";
}

TEST(LookUp, GoesOnForALinkThatTheCacheKnewBefore) {
  ApiHarness api{{}, nullptr, {{.not_found = {1, std::chrono::hours{24}}}, nullptr}};
  api.given("known");
  api.given("unknown");
  const auto client = from("192.0.2.1");
  EXPECT_EQ(api.get("/known", client).status, 302U);
  EXPECT_EQ(api.get("/nobody", client).status, 404U);
  EXPECT_EQ(api.get("/another", client).status, 429U);
  api.clock.advance(std::chrono::minutes{10});
  const Answer again = api.get("/known", client);
  EXPECT_EQ(again.status, 302U);
  EXPECT_EQ(again.statements, 1U) << "what the cache knew is too old to be answered from it alone";
  EXPECT_EQ(api.get("/unknown", client).status, 429U);
  EXPECT_EQ(api.get("/nobody", client).status, 429U);
}

TEST(LookUp, GoesOnForALinkThatTheCacheKnewBeforeAllWasForgotten) {
  Limited api;
  api.given("known");
  EXPECT_EQ(api.get("/known").status, 302U);
  EXPECT_EQ(api.scan(10), 3);
  api.services().cache.forget_all();
  EXPECT_EQ(api.get("/known+", from("192.0.2.1")).status, 200U);
}

TEST(LookUp, IsChargedOnceForAllWhoWaitForOneReading) {
  auto store = std::make_unique<test::FakeLinkStore>();
  test::FakeLinkStore& fake = *store;
  test::ManualClock clock{ApiHarness::kStart};
  test::FakeSharedLimiter shared{clock};
  Limited api{&shared, std::move(store)};
  fake.hold();
  Visits visits{api};
  for (int i = 0; i < 10; ++i) visits.start("/nobody");
  EXPECT_EQ(visits.statuses(), std::vector<unsigned>(10, 0)) << "all wait";
  fake.release_all();
  visits.go_on();
  EXPECT_EQ(visits.statuses(), std::vector<unsigned>(10, 404));
  EXPECT_EQ(fake.finds(), 1U);
  EXPECT_EQ(shared.charges(), 1);
  EXPECT_EQ(api.scan(10), 2);
}

TEST(LookUp, IsRefusedToAClientThatHasItsQuotaUnderWay) {
  auto store = std::make_unique<test::FakeLinkStore>();
  test::FakeLinkStore& fake = *store;
  Limited api{nullptr, std::move(store)};
  fake.hold();
  Visits visits{api};
  for (int i = 0; i < 5; ++i) visits.start(kNobody.at(i));
  EXPECT_EQ(visits.statuses(), (std::vector<unsigned>{0, 0, 0, 429, 429}));
  fake.release_all();
  visits.go_on();
  EXPECT_EQ(visits.statuses(), (std::vector<unsigned>{404, 404, 404, 429, 429}));
  EXPECT_EQ(api.scan(10), 0);
}

TEST(LookUp, CostsNothingWhereThereIsALinkOrWasOne) {
  Limited api;
  for (int i = 0; i < 10; ++i) {
    api.given(fmt::format("link{}", i));
    api.given(fmt::format("gone{}", i));
    EXPECT_EQ(api.remove(fmt::format("gone{}", i)).status, 204U);
    api.given(fmt::format("later{}", i), "https://example.com/", {{"not_before", "2099-01-01T00:00:00Z"}});
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(api.get(fmt::format("/link{}", i)).status, 302U);
    EXPECT_EQ(api.get(fmt::format("/gone{}", i)).status, 410U);
    EXPECT_EQ(api.get(fmt::format("/later{}", i)).status, 404U);
  }
  EXPECT_EQ(api.scan(10, ""), 3);
}

TEST(LookUp, CostsNothingWhereTheStoreDoesNotAnswer) {
  auto store = std::make_unique<test::FakeLinkStore>();
  test::FakeLinkStore& fake = *store;
  Limited api{nullptr, std::move(store)};
  fake.fail_with(ErrorCode::unavailable);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(api.get("/abc", from("192.0.2.1")).status, 503U);
  fake.fail_with(std::nullopt);
  EXPECT_EQ(api.scan(10), 3);
  EXPECT_EQ(fake.finds(), 13U);
}

TEST(LookUp, DoesNotWaitForWhatIsCharged) {
  test::ManualClock clock{ApiHarness::kStart};
  test::FakeSharedLimiter shared{clock};
  Limited api{&shared};
  shared.hold();
  EXPECT_EQ(api.scan(10), 3) << "this process knows what it has charged";
  EXPECT_EQ(shared.charges(), 0);
  shared.answer_all();
  EXPECT_EQ(shared.charges(), 3);
  EXPECT_EQ(api.scan(10), 0);
}

TEST(LookUp, OfAKeyIsChargedToTheKey) {
  Limited api;
  const std::string key = api.key({"links:read"});
  const auto by_key = [&](http::Request& request) {
    request.api_key = key;
    request.api_keys = 1;
    request.client = "192.0.2.1";
  };
  EXPECT_EQ(api.scan(10), 3);
  for (const unsigned status : {404U, 404U, 404U, 429U}) {
    EXPECT_EQ(api.get(fmt::format("/keyed{}", ++api.scanned), by_key).status, status);
  }
}

TEST(LookUp, ShowsABrowserAPage) {
  Limited api;
  EXPECT_EQ(api.scan(3, ""), 3);
  const Answer page = api.get_page("/another");
  EXPECT_EQ(page.status, 429U);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page.header("Retry-After"), "20");
}

}  // namespace
}  // namespace curt::api
