#include "curt/visits/statistics/regroup.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace curt::visits {
namespace {

/// A point that has visits: its begin, and humans in it.
using Filled = std::vector<std::pair<std::string, std::uint64_t>>;

constexpr std::int64_t kAllHours = std::numeric_limits<std::int64_t>::min();
const Timestamp kNow = parse_rfc3339("2026-11-22T12:00:00Z").value();

std::int64_t hour(std::string_view text) {
  return std::chrono::duration_cast<std::chrono::hours>(parse_rfc3339(text)->time_since_epoch()).count();
}

/// Hours of which each has one human visitor.
std::vector<SeriesPoint> one_an_hour(std::string_view begin, std::string_view end) {
  std::vector<SeriesPoint> points;
  for (std::int64_t at = hour(begin); at < hour(end); ++at) points.push_back({at, {1, 0}});
  return points;
}

std::vector<SpanVisits> spread(const Series& series, const WindowRequest& request) {
  const Window window = make_window(request, kNow).value();
  auto points = regroup(series, window);
  EXPECT_TRUE(points) << points.error().detail;
  EXPECT_EQ(points->size(), window.spans.size());
  return points.value();
}

Filled filled(const Series& series, const WindowRequest& request) {
  Filled found;
  for (const SpanVisits& point : spread(series, request)) {
    if (point.visits.total() > 0) found.emplace_back(point.at(), point.visits.humans);
  }
  return found;
}

std::uint64_t sum(const std::vector<SpanVisits>& points) {
  std::uint64_t visits = 0;
  for (const SpanVisits& point : points) visits += point.visits.total();
  return visits;
}

TEST(Regroup, HasAPointForEverySpanAlsoWithoutVisits) {
  const auto points = spread({kAllHours, {}, {}}, {"2026-03-01", "2026-03-04", "", ""});
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0].at(), "2026-03-01T00:00:00Z");
  EXPECT_EQ(points[2].at(), "2026-03-03T00:00:00Z");
  for (const SpanVisits& point : points) EXPECT_EQ(point.visits, VisitTotals{});
}

TEST(Regroup, KeepsHumansAndBotsApart) {
  const Series series{
      kAllHours, {}, {{hour("2026-03-01T05:00:00Z"), {3, 4}}, {hour("2026-03-01T06:00:00Z"), {10, 20}}}};
  const auto points = spread(series, {"2026-03-01", "2026-03-02", "", ""});
  EXPECT_EQ(points.at(0).visits, (VisitTotals{13, 24}));
}

TEST(Regroup, LeavesOutWhatIsNotInTheWindow) {
  const Series series{kAllHours, {}, one_an_hour("2026-02-28T00:00:00Z", "2026-03-05T00:00:00Z")};
  EXPECT_EQ(filled(series, {"2026-03-01", "2026-03-03", "", ""}),
            (Filled{{"2026-03-01T00:00:00Z", 24}, {"2026-03-02T00:00:00Z", 24}}));
  EXPECT_EQ(filled(series, {"2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z", "hour", ""}),
            (Filled{{"2026-03-01T10:00:00Z", 1}, {"2026-03-01T11:00:00Z", 1}}));
}

TEST(Regroup, PutsTheFirstAndTheLastHourOfADayIntoIt) {
  const Series series{kAllHours,
                      {},
                      {{hour("2026-03-01T22:00:00Z"), {1, 0}},
                       {hour("2026-03-01T23:00:00Z"), {2, 0}},
                       {hour("2026-03-02T22:00:00Z"), {4, 0}},
                       {hour("2026-03-02T23:00:00Z"), {8, 0}}}};
  EXPECT_EQ(filled(series, {"2026-03-01", "2026-03-04", "", "Europe/Berlin"}),
            (Filled{{"2026-03-01T00:00:00+01:00", 1},
                    {"2026-03-02T00:00:00+01:00", 6},
                    {"2026-03-03T00:00:00+01:00", 8}}));
}

TEST(Regroup, HasDaysOf23And25HoursInBerlin) {
  const Series spring{kAllHours, {}, one_an_hour("2026-03-27T00:00:00Z", "2026-04-01T00:00:00Z")};
  EXPECT_EQ(filled(spring, {"2026-03-28", "2026-03-31", "", "Europe/Berlin"}),
            (Filled{{"2026-03-28T00:00:00+01:00", 24},
                    {"2026-03-29T00:00:00+01:00", 23},
                    {"2026-03-30T00:00:00+02:00", 24}}));
  const Series autumn{kAllHours, {}, one_an_hour("2026-10-23T00:00:00Z", "2026-10-28T00:00:00Z")};
  EXPECT_EQ(filled(autumn, {"2026-10-24", "2026-10-27", "", "Europe/Berlin"}),
            (Filled{{"2026-10-24T00:00:00+02:00", 24},
                    {"2026-10-25T00:00:00+02:00", 25},
                    {"2026-10-26T00:00:00+01:00", 24}}));
}

TEST(Regroup, HasEveryHourOnceWhenClocksAreSet) {
  const Series spring{
      kAllHours, {}, {{hour("2026-03-29T00:00:00Z"), {1, 0}}, {hour("2026-03-29T01:00:00Z"), {2, 0}}}};
  EXPECT_EQ(filled(spring, {"2026-03-29", "2026-03-30", "hour", "Europe/Berlin"}),
            (Filled{{"2026-03-29T01:00:00+01:00", 1}, {"2026-03-29T03:00:00+02:00", 2}}));
  const Series autumn{
      kAllHours, {}, {{hour("2026-10-25T00:00:00Z"), {1, 0}}, {hour("2026-10-25T01:00:00Z"), {2, 0}}}};
  EXPECT_EQ(filled(autumn, {"2026-10-25", "2026-10-26", "hour", "Europe/Berlin"}),
            (Filled{{"2026-10-25T02:00:00+02:00", 1}, {"2026-10-25T02:00:00+01:00", 2}}));
}

TEST(Regroup, PutsAnHourWhereItBeginsInStJohns) {
  // Local midnight is at 03:30Z, so the hour of 03:00Z begins on the day before.
  const Series series{
      kAllHours, {}, {{hour("2026-01-02T03:00:00Z"), {1, 0}}, {hour("2026-01-02T04:00:00Z"), {2, 0}}}};
  EXPECT_EQ(filled(series, {"2026-01-01", "2026-01-03", "", "America/St_Johns"}),
            (Filled{{"2026-01-01T00:00:00-03:30", 1}, {"2026-01-02T00:00:00-03:30", 2}}));
  EXPECT_EQ(filled(series, {"2026-01-01", "2026-01-03", "hour", "America/St_Johns"}),
            (Filled{{"2026-01-01T23:00:00-03:30", 1}, {"2026-01-02T00:00:00-03:30", 2}}));
}

TEST(Regroup, HasDaysOf23And25HoursInStJohns) {
  const Series spring{kAllHours, {}, one_an_hour("2026-03-06T00:00:00Z", "2026-03-12T00:00:00Z")};
  EXPECT_EQ(filled(spring, {"2026-03-07", "2026-03-10", "", "America/St_Johns"}),
            (Filled{{"2026-03-07T00:00:00-03:30", 24},
                    {"2026-03-08T00:00:00-03:30", 23},
                    {"2026-03-09T00:00:00-02:30", 24}}));
  const Series autumn{kAllHours, {}, one_an_hour("2026-10-30T00:00:00Z", "2026-11-05T00:00:00Z")};
  EXPECT_EQ(filled(autumn, {"2026-10-31", "2026-11-03", "", "America/St_Johns"}),
            (Filled{{"2026-10-31T00:00:00-02:30", 24},
                    {"2026-11-01T00:00:00-02:30", 25},
                    {"2026-11-02T00:00:00-03:30", 24}}));
}

TEST(Regroup, PutsAnHourWhereItBeginsInKolkata) {
  const Series series{kAllHours, {}, one_an_hour("2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")};
  EXPECT_EQ(filled(series, {"2026-01-02", "2026-01-04", "", "Asia/Kolkata"}),
            (Filled{{"2026-01-02T00:00:00+05:30", 24}, {"2026-01-03T00:00:00+05:30", 24}}));
  const Series one{
      kAllHours, {}, {{hour("2026-01-01T18:00:00Z"), {1, 0}}, {hour("2026-01-01T19:00:00Z"), {2, 0}}}};
  EXPECT_EQ(filled(one, {"2026-01-01", "2026-01-03", "", "Asia/Kolkata"}),
            (Filled{{"2026-01-01T00:00:00+05:30", 1}, {"2026-01-02T00:00:00+05:30", 2}}));
}

TEST(Regroup, SumsMonthsUp) {
  const Series series{kAllHours, {}, one_an_hour("2024-01-01T00:00:00Z", "2024-05-01T00:00:00Z")};
  EXPECT_EQ(filled(series, {"2024-02-01", "2024-04-01", "month", ""}),
            (Filled{{"2024-02-01T00:00:00Z", 29 * 24}, {"2024-03-01T00:00:00Z", 31 * 24}}));
  EXPECT_EQ(filled(series, {"2024-02-01", "2024-04-01", "month", "Europe/Berlin"}),
            (Filled{{"2024-02-01T00:00:00+01:00", 29 * 24}, {"2024-03-01T00:00:00+01:00", 31 * 24 - 1}}));
}

/// Days before 10 March, hours from then on; 24 visits a day.
Series old_and_recent() {
  Series series;
  series.hourly_from = hour("2026-03-10T00:00:00Z");
  for (std::int64_t day = hour("2026-03-01T00:00:00Z"); day < series.hourly_from; day += 24)
    series.days.push_back({day, {24, 0}});
  series.hours = one_an_hour("2026-03-10T00:00:00Z", "2026-03-20T00:00:00Z");
  return series;
}

TEST(Regroup, PutsAUtcDayOnTheDateItIsNamedAfter) {
  for (const char* zone :
       {"UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Pago_Pago"}) {
    const auto points = spread(old_and_recent(), {"2026-03-02", "2026-03-05", "", zone});
    ASSERT_EQ(points.size(), 3U) << zone;
    for (const SpanVisits& point : points) EXPECT_EQ(point.visits.total(), 24U) << zone << ' ' << point.at();
    EXPECT_EQ(points[0].at().substr(0, 10), "2026-03-02") << zone;
  }
}

TEST(Regroup, CountsNothingTwiceAndLosesNothingWhereDaysAndHoursMeet) {
  for (const char* zone : {"UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati",
                           "Pacific/Pago_Pago"}) {
    const auto points = spread(old_and_recent(), {"2026-02-28", "2026-03-22", "", zone});
    EXPECT_EQ(sum(points), 19 * 24U) << zone;
    EXPECT_EQ(sum(spread(old_and_recent(), {"2026-03-01", "2026-04-01", "month", zone})), 19 * 24U) << zone;
  }
  EXPECT_EQ(filled(old_and_recent(), {"2026-03-09", "2026-03-12", "", "Asia/Kolkata"}),
            (Filled{{"2026-03-09T00:00:00+05:30", 24},
                    {"2026-03-10T00:00:00+05:30", 19},
                    {"2026-03-11T00:00:00+05:30", 24}}));
}

TEST(Regroup, RefusesHoursThatAreNotKeptAnyMore) {
  const auto hours_from = [](const char* from) {
    const Window window = make_window({from, "2026-03-12", "hour", ""}, kNow).value();
    return regroup(old_and_recent(), window);
  };
  EXPECT_TRUE(hours_from("2026-03-10T00:00:00Z"));
  const auto refused = hours_from("2026-03-09T23:59:59Z");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_value);
  ASSERT_EQ(refused.error().fields.size(), 1U);
  EXPECT_EQ(refused.error().fields[0].field, "from");
  EXPECT_NE(refused.error().fields[0].message.find("2026-03-10T00:00:00Z"), std::string::npos);
}

TEST(Regroup, TakesAHalfHourBeforeTheHoursThatAreKept) {
  // The first local hour begins at 23:30Z, the first UTC hour in it is kept.
  const Window window =
      make_window({"2026-03-09T23:30:00Z", "2026-03-10T02:00:00Z", "hour", "Asia/Kolkata"}, kNow).value();
  const auto points = regroup(old_and_recent(), window);
  ASSERT_TRUE(points);
  EXPECT_EQ(points->front().at(), "2026-03-10T05:00:00+05:30");
  EXPECT_EQ(points->front().visits.total(), 1U);
}

TEST(HoursNeeded, AreThoseOfTheWindowForHoursAndWholeUtcDaysElse) {
  const auto needed = [](const WindowRequest& request) {
    return hours_needed(make_window(request, kNow).value());
  };
  const HourRange hours = needed({"2026-03-01T05:00:00Z", "2026-03-01T07:00:00Z", "hour", ""});
  EXPECT_EQ(hours.begin, hour("2026-03-01T05:00:00Z"));
  EXPECT_EQ(hours.end, hour("2026-03-01T07:00:00Z"));
  const HourRange days = needed({"2026-03-01", "2026-03-02", "", ""});
  EXPECT_EQ(days.begin, hour("2026-03-01T00:00:00Z"));
  EXPECT_EQ(days.end, hour("2026-03-02T00:00:00Z"));
  const HourRange east = needed({"2026-03-01", "2026-03-02", "", "Asia/Kolkata"});
  EXPECT_EQ(east.begin, hour("2026-02-28T00:00:00Z"));
  EXPECT_EQ(east.end, hour("2026-03-02T00:00:00Z"));
  const HourRange west = needed({"2026-03-01", "2026-03-02", "", "America/St_Johns"});
  EXPECT_EQ(west.begin, hour("2026-03-01T00:00:00Z"));
  EXPECT_EQ(west.end, hour("2026-03-03T00:00:00Z"));
}

}  // namespace
}  // namespace curt::visits
