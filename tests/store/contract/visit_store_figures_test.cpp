#include <chrono>
#include <limits>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "support/store/visit_store_contract.hpp"

namespace curt::test {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;
using visits::HourRange;
using visits::Series;
using visits::SeriesPoint;
using visits::VisitTotals;

/// "hour:humans+bots" of each point, with the hours counted from kHour.
std::vector<std::string> lines_of(const std::vector<SeriesPoint>& points) {
  std::vector<std::string> lines;
  for (const SeriesPoint& point : points) {
    lines.push_back(std::to_string(point.hour - kHour) + ":" + std::to_string(point.visits.humans) + "+" +
                    std::to_string(point.visits.bots));
  }
  return lines;
}

std::uint64_t sum_of(const std::vector<SeriesPoint>& points) {
  std::uint64_t sum = 0;
  for (const SeriesPoint& point : points) sum += point.visits.total();
  return sum;
}

Timestamp begin_of(std::int64_t day) { return Timestamp{days{day}}; }

TEST_P(VisitStoreContract, TheSeriesHasTheHoursOfTheRangeThatHadVisits) {
  given(batch_of(batch_id(0), {count_of("a", 1, 0, kHour - 1), count_of("a", 2, 1, kHour),
                               count_of("a", 4, 0, kHour + 30), count_of("b", 8, 0, kHour)}));
  given(batch_of(batch_id(10), {count_of("a", 0, 1, kHour)}));
  const Series all_of_it = series("a", {0, kHour + 1000});
  EXPECT_EQ(all_of_it.hourly_from, 0);
  EXPECT_THAT(all_of_it.days, IsEmpty());
  EXPECT_THAT(lines_of(all_of_it.hours), ElementsAre("-1:1+0", "0:2+2", "30:4+0"));
  EXPECT_THAT(lines_of(series("a", {kHour, kHour + 30}).hours), ElementsAre("0:2+2"));
  EXPECT_THAT(lines_of(series("", {kHour, kHour + 31}).hours), ElementsAre("0:10+2", "30:4+0"));
  EXPECT_THAT(series("none", {0, kHour + 1000}).hours, IsEmpty());
  EXPECT_THAT(series("a", {kHour + 5, kHour + 5}).hours, IsEmpty());
}

TEST_P(VisitStoreContract, VisitsOfCodesOfEveryScriptAreCounted) {
  given(batch_of(batch_id(0), {count_of("a.b", 1), count_of("été", 2), count_of("日本", 4)}));
  given(batch_of(batch_id(10), {count_of("été", 1, 1)}));
  EXPECT_THAT(lines_of(series("été", {0, kHour + 1000}).hours), ElementsAre("0:3+1"));
  EXPECT_THAT(lines_of(series("日本", {0, kHour + 1000}).hours), ElementsAre("0:4+0"));
  EXPECT_THAT(lines_of(series("a.b", {0, kHour + 1000}).hours), ElementsAre("0:1+0"));
}

TEST_P(VisitStoreContract, ARangeMayBeAnything) {
  given(batch_of(batch_id(0), {count_of("a", 1)}));
  constexpr HourRange kEverything{std::numeric_limits<std::int64_t>::min(),
                                  std::numeric_limits<std::int64_t>::max()};
  EXPECT_THAT(lines_of(series("a", kEverything).hours), ElementsAre("0:1+0"));
  EXPECT_THAT(lines_of(series("", kEverything).hours), ElementsAre("0:1+0"));
}

TEST_P(VisitStoreContract, OldHoursGoAndTheirDaysAndTotalsStay) {
  given(batch_of(batch_id(0), {count_of("a", 1, 0, kHour - 25), count_of("a", 2, 1, kHour - 24),
                               count_of("a", 4, 0, kHour - 1), count_of("a", 8, 0, kHour),
                               count_of("a", 16, 0, kHour + 24)}));
  const auto report = maintain({days{7}, days{2}}, begin_of(kDay + 2) + std::chrono::hours{5});
  EXPECT_TRUE(report.had_turn);
  EXPECT_EQ(report.hours_removed, 3U);
  for (const char* code : {"a", ""}) {
    const Series after = series(code, {0, kHour + 1000});
    EXPECT_EQ(after.hourly_from, kHour);
    EXPECT_THAT(lines_of(after.days), ElementsAre("-48:1+0", "-24:6+1"));
    EXPECT_THAT(lines_of(after.hours), ElementsAre("0:8+0", "24:16+0"));
    // A day belongs to the range that it begins in.
    EXPECT_THAT(lines_of(series(code, {kHour - 30, kHour - 10}).days), ElementsAre("-24:6+1"));
    EXPECT_THAT(series(code, {kHour - 23, kHour - 10}).days, IsEmpty());
  }
  EXPECT_EQ(totals("a"), (VisitTotals{31, 1}));
  EXPECT_EQ(grand_total(), (VisitTotals{31, 1}));
}

TEST_P(VisitStoreContract, WhatComesLateIsCountedByDayAndRemovedNextTime) {
  static_cast<void>(maintain({days{7}, days{2}}, begin_of(kDay + 2)));
  given(batch_of(batch_id(0), {count_of("a", 1, 0, kHour - 24)}));
  const Series late = series("a", {0, kHour + 1000});
  EXPECT_THAT(lines_of(late.days), ElementsAre("-24:1+0"));
  EXPECT_THAT(late.hours, IsEmpty());
  EXPECT_EQ(maintain({days{7}, days{2}}, begin_of(kDay + 2)).hours_removed, 1U);
  EXPECT_EQ(totals("a"), (VisitTotals{1, 0}));
}

TEST_P(VisitStoreContract, HoursThatAreGoneDoNotComeBackWithALongerRetention) {
  static_cast<void>(maintain({days{7}, days{2}}, begin_of(kDay + 2)));
  static_cast<void>(maintain({days{7}, days{20}}, begin_of(kDay + 2)));
  EXPECT_EQ(series("a", {0, kHour}).hourly_from, kHour);
}

TEST_P(VisitStoreContract, TheClockIsThatOfTheMachineOfTheDatabase) {
  const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const Timestamp there = now();
  const auto after = std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now());
  EXPECT_GE(there, before);  // the tests' servers run on this machine
  EXPECT_LE(there, after);
}

TEST_P(VisitStoreContract, AYearOfVisitsIsThereWholeAfterUpkeep) {
  constexpr std::int64_t kFirstDay = kDay - 365;
  std::uint64_t expected = 0;
  std::vector<visits::Batch> batches;
  for (std::int64_t day = kFirstDay; day < kDay; ++day) {
    std::vector<visits::VisitCount> counts;
    for (std::int64_t hour = day * 24; hour < day * 24 + 24; ++hour) {
      const auto humans = static_cast<std::uint32_t>(1 + hour % 7);
      counts.push_back(count_of("year", humans, humans % 2, hour));
      expected += counts.back().humans + counts.back().bots;
    }
    batches.push_back(batch_of(batch_id(static_cast<std::uint64_t>(day) * 100, 100), std::move(counts)));
  }
  ASSERT_TRUE(apply(std::move(batches)));
  const auto report = maintain({}, begin_of(kDay));
  EXPECT_EQ(report.hours_removed, (365U - 90U) * 24U);
  EXPECT_EQ(totals("year").total(), expected);
  EXPECT_EQ(grand_total().total(), expected);
  for (const char* code : {"year", ""}) {
    const Series year = series(code, {kFirstDay * 24, kHour});
    EXPECT_EQ(year.days.size(), 365U - 90U);
    EXPECT_EQ(year.hours.size(), 90U * 24U);
    EXPECT_EQ(sum_of(year.days) + sum_of(year.hours), expected);
  }
}

TEST_P(VisitStoreContract, TheTopIsOfLinksThatAreThere) {
  for (const char* code : {"a", "b", "c", "gone"}) given(new_link(code, "https://example.com/"));
  given(batch_of(batch_id(0), {count_of("a", 1, 5, kHour), count_of("b", 9, 0, kHour - 24),
                               count_of("c", 2, 0, kHour + 24), count_of("gone", 99, 0, kHour),
                               count_of("never", 99, 0, kHour)}));
  ASSERT_TRUE(remove("gone"));
  EXPECT_THAT(top(std::nullopt, 10), ElementsAre("b 9+0", "a 1+5", "c 2+0"));
  EXPECT_THAT(top(std::nullopt, 2), ElementsAre("b 9+0", "a 1+5"));
  EXPECT_THAT(top(HourRange{kHour, kHour + 48}, 10), ElementsAre("a 1+5", "c 2+0"));
  EXPECT_THAT(top(HourRange{kHour, kHour + 24}, 10), ElementsAre("a 1+5"));
  EXPECT_THAT(top(HourRange{kHour + 48, kHour + 72}, 10), IsEmpty());
}

TEST_P(VisitStoreContract, ReferrersAreGroupedByHostOrRefused) {
  if (store().kind() == "sqlite") {
    const auto refused = referrers("a", {0, kHour});
    ASSERT_EQ(error_of(refused), ErrorCode::invalid_value);
    EXPECT_EQ(refused.error().fields.front().field, "group_by");
    return;
  }
  static_cast<void>(maintain({}, begin_of(kDay)));
  visits::Batch batch = batch_of(batch_id(0), {count_of("a", 12)});
  const Timestamp at = begin_of(kDay) + std::chrono::minutes{90};
  for (const char* referrer : {"https://News.example.com/a", "http://user@news.EXAMPLE.com:8080?q", "",
                               "android-app://org.example.app/", "https://[2001:db8::1]:80/x", "no url",
                               "https://news.example.com./b", "https://<script>alert(1)</script>/",
                               "https://b\u00FCcher.example/", "https://XN--bcher-kva.example./"}) {
    batch.details.push_back(detail_of("a", at, referrer));
  }
  batch.details.push_back(detail_of("a", at + std::chrono::hours{1}, "https://later.example/"));
  batch.details.push_back(detail_of("b", at, "https://other.example/"));
  batch.details.front().bot = true;
  given(batch);
  const auto lines = [&](HourRange range, std::size_t limit) {
    std::vector<std::string> all;
    for (const auto& row : referrers("a", range, limit).value()) {
      all.push_back(row.value + " " + std::to_string(row.visits.humans) + "+" +
                    std::to_string(row.visits.bots));
    }
    return all;
  };
  EXPECT_THAT(lines({kHour + 1, kHour + 2}, 10),
              ElementsAre(" 3+0", "news.example.com 2+1", "xn--bcher-kva.example 2+0", "[2001:db8::1] 1+0",
                          "org.example.app 1+0"));
  EXPECT_THAT(lines({kHour + 1, kHour + 2}, 1), ElementsAre(" 3+0"));
  EXPECT_THAT(lines({kHour + 2, kHour + 3}, 10), ElementsAre("later.example 1+0"));
}

}  // namespace
}  // namespace curt::test
