#include "api/statistics/statistics_query.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace curt::api {
namespace {

using visits::Breakdown;
using visits::Interval;
using TopOf = visits::Statistics::TopOf;
using Fields = std::vector<std::string>;

const Timestamp kNow = parse_rfc3339("2026-11-22T12:00:00Z").value();

template <class Query>
Fields fields_of(const result<Query>& parsed) {
  Fields fields;
  if (parsed) return fields;
  EXPECT_EQ(parsed.error().code, ErrorCode::invalid_value);
  for (const FieldError& error : parsed.error().fields) fields.push_back(error.field);
  return fields;
}

Fields blamed_for_link(std::string_view query) { return fields_of(parse_link_statistics_query(query, kNow)); }
Fields blamed(std::string_view query) { return fields_of(parse_statistics_query(query, kNow)); }

TEST(ParseLinkStatisticsQuery, ShowsThirtyDaysByDefault) {
  const auto query = parse_link_statistics_query("", kNow);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->window.interval, Interval::day);
  EXPECT_EQ(query->window.spans.size(), 30U);
  EXPECT_EQ(query->breakdown, Breakdown::none);
}

TEST(ParseLinkStatisticsQuery, ReadsEveryParameter) {
  const auto query = parse_link_statistics_query(
      "from=2026-11-21T22:00:00%2B01:00&to=2026-11-22&interval=hour&timezone=Europe%2FBerlin&group_by="
      "referrer",
      kNow);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->window.interval, Interval::hour);
  EXPECT_EQ(query->window.spans.size(), 2U);
  EXPECT_EQ(query->breakdown, Breakdown::referrer);
}

TEST(ParseLinkStatisticsQuery, NamesEverythingThatIsWrong) {
  EXPECT_EQ(blamed_for_link("page=2&interval=week&group_by=country"),
            (Fields{"group_by", "page", "interval"}));
  EXPECT_EQ(blamed_for_link("group_by="), Fields{"group_by"});
  EXPECT_EQ(blamed_for_link("limit=5"), Fields{"limit"});
  EXPECT_EQ(blamed_for_link("from=2026-11-01&from=2026-11-02"), Fields{"from"});
  EXPECT_EQ(blamed_for_link("timezone=%zz"), Fields{"timezone"});
}

TEST(ParseLinkStatisticsQuery, SaysWhatCanBeGroupedBy) {
  const auto query = parse_link_statistics_query("group_by=country", kNow);
  ASSERT_FALSE(query);
  EXPECT_NE(query.error().fields.at(0).message.find("referrer"), std::string::npos);
}

TEST(ParseStatisticsQuery, FindsTheTopTenOfAllTimeByDefault) {
  const auto query = parse_statistics_query("interval=month&timezone=UTC", kNow);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->limit, 10U);
  EXPECT_EQ(query->top_of, TopOf::all_time);
  EXPECT_EQ(query->window.interval, Interval::month);
}

TEST(ParseStatisticsQuery, FindsTheTopOfARangeThatIsNamed) {
  EXPECT_EQ(parse_statistics_query("from=2026-11-01", kNow)->top_of, TopOf::window);
  EXPECT_EQ(parse_statistics_query("to=2026-11-01", kNow)->top_of, TopOf::window);
}

TEST(ParseStatisticsQuery, TakesALimitWithinItsBounds) {
  EXPECT_EQ(parse_statistics_query("limit=1", kNow)->limit, 1U);
  EXPECT_EQ(parse_statistics_query("limit=100", kNow)->limit, kMaxTop);
  for (const std::string_view limit : {"0", "101", "-1", "", "ten", "1.5", "99999999999999999999", "5 "}) {
    EXPECT_EQ(blamed("limit=" + std::string{limit}), Fields{"limit"}) << limit;
  }
}

TEST(ParseStatisticsQuery, RefusesWhatOnlyOneLinkHas) {
  EXPECT_EQ(blamed("group_by=referrer"), Fields{"group_by"});
}

}  // namespace
}  // namespace curt::api
