#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/domain/referrer_host.hpp"

#include "support/store/postgres_visits.hpp"

namespace curt::test {
namespace {

TEST_F(PostgresVisits, TheHostOfTheReferrerIsKeptBesideIt) {
  const auto store = open();
  static_cast<void>(maintain(*store, kDay).value());
  visits::Batch batch = batch_of(batch_id(0), {count_of("a", 4)});
  for (const char* referrer : {"https://Example.COM./x", "https://Example.COM./x", "https://<b>/", ""}) {
    batch.details.push_back(detail_of("a", Timestamp{std::chrono::days{kDay}}, referrer));
  }
  ASSERT_TRUE(apply(*store, {batch}));
  EXPECT_EQ(
      ask("SELECT string_agg(coalesce(referrer, 'null') || ' ' || referrer_host, ', ' ORDER BY referrer)"
          " FROM visits"),
      "https://<b>/ , https://Example.COM./x example.com, https://Example.COM./x example.com, null ");
}

/// As far as SQL can tell; it knows no Unicode, which browsers do not send.
TEST_F(PostgresVisits, HostsAreFoundInVisitsThatAnOlderCurtHasWritten) {
  const auto store = open();
  static_cast<void>(maintain(*store, kDay).value());
  for (const char* referrer :
       {"https://News.Example.com./a", "https://user@news.example.com:80", "http://[2001:db8::1]:8080/",
        "http://192.0.2.1/", "android-app://org.example_1.app/", "http://localhost?x",
        "https://a-b.example#x", "https://<script>alert(1)</script>/", "https://a..example/",
        "https://-a.example/", "https://a b/", "https://example.com:x/", "https://ex%61mple.com/", "no url",
        "https://", "//example.com/", ""}) {
    static_cast<void>(
        ask(fmt::format("TRUNCATE visits; INSERT INTO visits (code, at, version, bot, referrer) VALUES ('a', "
                        "{}, 1, false, '{}')",
                        kDay * 86'400'000, referrer)));
    Call call = call_within();
    const auto hosts = run(store->visits().referrers(call, code_of("a"), {kHour, kHour + 24}, 10)).value();
    ASSERT_EQ(hosts.size(), 1U);
    EXPECT_EQ(hosts.front().value, referrer_host(referrer)) << referrer;
  }
}

TEST_F(PostgresVisits, TheTopOfARangeIsFoundFromPeriodsForAsLongAsTheyAgreeWithTheDays) {
  constexpr std::int64_t kFirst = 320 * 64;
  const auto store = open();
  ASSERT_TRUE(create(*store, "a"));
  ASSERT_TRUE(apply(*store, {visit_on(kFirst, 0), visit_on(kFirst + 64, 10)}));
  EXPECT_EQ(maintain(*store, kFirst + 74).value().periods_summed, 3U);
  const auto top = [&](std::int64_t days) {
    Call call = call_within();
    return run(store->visits().top(call, visits::HourRange{kFirst * 24, (kFirst + days) * 24}, 10,
                                   std::nullopt))
        .value()
        .front()
        .visits.humans;
  };
  static_cast<void>(ask("UPDATE visit_period_counts SET humans = humans + days"));
  EXPECT_EQ(top(1), 1U) << "a day";
  EXPECT_EQ(top(8), 1U + 8U) << "a short period";
  EXPECT_EQ(top(72), 2U + 64U + 8U) << "a long one and a short one";
  ASSERT_TRUE(apply(*store, {visit_on(kFirst + 1, 20)}));
  EXPECT_EQ(top(72), 3U + 8U) << "the short one alone";
  EXPECT_EQ(maintain(*store, kFirst + 74).value().periods_summed, 2U);
  EXPECT_EQ(top(72), 3U + 8U) << "the long one is right again";
}

}  // namespace
}  // namespace curt::test
