#include "links/disable_links.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/links/link_service.hpp"

#include "support/captured_log.hpp"
#include "support/chosen_random.hpp"
#include "support/links/resolver_fixture.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using testing::HasSubstr;

class DisableLinksTest : public ResolverFixture {
 protected:
  void given(std::string_view code, const std::string& url = "https://evil.example/") {
    store_.put(test::stored(code, url));
  }

  void given_many(int number) {
    for (int i = 0; i < number; ++i) given("m" + std::to_string(i), "https://many.example/");
  }

  static LinkFilter to(std::string host) {
    LinkFilter filter;
    filter.host = std::move(host);
    return filter;
  }

  result<std::uint64_t> count(LinkFilter filter) {
    return test::run(service_.count_enabled(call_, author_, std::move(filter)));
  }
  result<std::uint64_t> disable(LinkFilter filter, std::uint64_t confirmed) {
    return test::run(service_.disable(call_, author_, std::move(filter), confirmed));
  }

  Announcer announcer_{resolver_, nullptr, doubt_, clock_};
  LinkRules rules_{{}, TargetUrl::from_stored("https://sho.rt/")};
  test::CountingRandom random_;
  CodeGenerator codes_{random_};
  const Author author_{"anonymous", "192.0.2.7", "request-1"};
  LinkService service_{store_, announcer_, rules_, codes_, clock_, metrics_, 7};
};

TEST_F(DisableLinksTest, IsForgottenByTheCacheBeforeTheCallerHearsOfIt) {
  given("abc");
  ASSERT_TRUE(test::run(resolver_.load(call_, test::code_of("abc"))));
  ASSERT_TRUE(resolver_.cached(test::code_of("abc"), clock_.steady_now()));
  EXPECT_EQ(disable(to("evil.example"), 1).value(), 1U);
  EXPECT_FALSE(resolver_.cached(test::code_of("abc"), clock_.steady_now()));
}

TEST_F(DisableLinksTest, TellsHowFarItCameWhenTheStoreFails) {
  given("abc");
  store_.fail_disabling_with(ErrorCode::unavailable);
  const auto done = disable(to("evil.example"), 1);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::unavailable);
  EXPECT_EQ(done.error().detail,
            "The fake store says so. By then 0 links are disabled; ask for the number again.");
}

TEST_F(DisableLinksTest, GoesOnWithAnotherNumberAfterAFailureOnALaterPage) {
  given_many(501);
  store_.fail_disabling_with(ErrorCode::unavailable, 1, 1);
  const auto failed = disable(to("many.example"), 501);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().detail, HasSubstr("By then 500 links are disabled; ask for the number again."));
  const auto again = disable(to("many.example"), 501);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::count_changed);
  EXPECT_THAT(again.error().fields.at(0).message, HasSubstr("means 1 link now"));
  EXPECT_EQ(count(to("many.example")).value(), 1U);
  EXPECT_EQ(disable(to("many.example"), 1).value(), 1U);
  EXPECT_EQ(count(to("many.example")).value(), 0U);
}

TEST_F(DisableLinksTest, TellsHowFarItCameWhereALaterPageCannotBeRead) {
  given_many(501);
  store_.fail_listing_with(ErrorCode::unavailable, 3, 1);
  const auto failed = disable(to("many.example"), 501);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().detail, HasSubstr("By then 500 links are disabled"));
}

TEST_F(DisableLinksTest, AsksAgainForPagesThatTheStoreHadNoRoomFor) {
  given("abc");
  store_.fail_listing_with(ErrorCode::overloaded, 0, 2);
  EXPECT_EQ(count(to("evil.example")).value(), 1U);
  store_.fail_listing_with(ErrorCode::overloaded, 1, 1);
  store_.fail_disabling_with(ErrorCode::overloaded, 0, 2);
  EXPECT_EQ(disable(to("evil.example"), 1).value(), 1U);
}

TEST_F(DisableLinksTest, AsksNoMoreOnceThereIsNoTime) {
  given("abc");
  store_.fail_listing_with(ErrorCode::overloaded);
  call_.deadline = Deadline::in(std::chrono::milliseconds{100});
  const auto counted = count(to("evil.example"));
  ASSERT_FALSE(counted);
  EXPECT_EQ(counted.error().code, ErrorCode::overloaded);
}

TEST_F(DisableLinksTest, DisablesNoMoreThanWereConfirmed) {
  given("b");
  store_.after_listing([this] { given("c"); });
  EXPECT_EQ(disable(to("evil.example"), 1).value(), 1U);
  store_.after_listing(nullptr);
  EXPECT_EQ(count(to("evil.example")).value(), 1U);
}

TEST_F(DisableLinksTest, AuditsAnUnknownOutcomeOfEachLink) {
  given("a");
  given("b");
  store_.fail_disabling_with(ErrorCode::outcome_unknown);
  const test::CapturedLog log;
  EXPECT_FALSE(disable(to("evil.example"), 2));
  const auto lines = log.events("audit");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("outcome"), "unknown");
  EXPECT_EQ(lines[0].at("code"), "a");
}

TEST_F(DisableLinksTest, ReachesOnlyLinksOfAnAuthorWhoSeesNoOthers) {
  Link own = test::stored("own", "https://evil.example/");
  own.owner = test::key_id(1);
  store_.put(own);
  given("other");
  Author author = author_;
  author.only = test::key_id(1);
  EXPECT_EQ(test::run(service_.disable(call_, author, to("evil.example"), 1)).value(), 1U);
  EXPECT_TRUE(test::run(store_.find(call_, test::code_of("other"))).value().settings.enabled);
  LinkFilter nobodys;
  nobodys.owner = OwnedBy{};
  EXPECT_EQ(test::run(service_.count_enabled(call_, author, nobodys)).value(), 0U);
}

TEST_F(DisableLinksTest, FailsWhereTheLinksCannotBeRead) {
  given("abc");
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_FALSE(count(to("evil.example")));
  LinkFilter by_code;
  by_code.codes.emplace({test::code_of("abc")});
  EXPECT_FALSE(count(by_code));
}

TEST_F(DisableLinksTest, MeansLinksByTheirHostAsAWhole) {
  given("host");
  given("below", "https://a.b.evil.example./x");
  given("user", "https://evil.example@good.example/");
  given("path", "https://good.example/evil.example");
  given("longer", "https://evil.example.org/");
  given("alike", "https://notevil.example/");
  EXPECT_EQ(count(to("evil.example")).value(), 2U);
  EXPECT_EQ(count(to("example")).value(), 5U);
}

}  // namespace
}  // namespace curt::links
