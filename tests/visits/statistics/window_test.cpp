#include "curt/visits/statistics/window.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace curt::visits {
namespace {

using std::chrono::seconds;
using Texts = std::vector<std::string>;

const Timestamp kNow = parse_rfc3339("2026-11-22T12:34:56.789Z").value();

Window window(const WindowRequest& request) {
  const auto made = make_window(request, kNow);
  EXPECT_TRUE(made) << made.error().detail;
  return made.value();
}

Texts begins(const Window& window) {
  Texts texts;
  for (const Span& span : window.spans) texts.push_back(to_rfc3339(span.begin, span.offset));
  return texts;
}

/// How long each span is, in hours.
std::vector<double> lengths(const Window& window) {
  std::vector<double> hours;
  for (std::size_t i = 0; i < window.spans.size(); ++i) {
    const auto end = i + 1 < window.spans.size() ? window.spans[i + 1].begin : window.end;
    hours.push_back(std::chrono::duration<double, std::ratio<3600>>(end - window.spans[i].begin).count());
  }
  return hours;
}

std::string end_of(const Window& window) { return to_rfc3339(window.end, seconds{0}); }

Texts blamed(const WindowRequest& request) {
  Texts fields;
  const auto made = make_window(request, kNow);
  if (made) return fields;
  EXPECT_EQ(made.error().code, ErrorCode::invalid_value);
  for (const FieldError& error : made.error().fields) fields.push_back(error.field);
  return fields;
}

TEST(MakeWindow, ShowsTheLastThirtyDatesByDefault) {
  const Window last = window({});
  EXPECT_EQ(last.interval, Interval::day);
  ASSERT_EQ(last.spans.size(), 30U);
  EXPECT_EQ(begins(last).front(), "2026-10-24T00:00:00Z");
  EXPECT_EQ(begins(last).back(), "2026-11-22T00:00:00Z");
  EXPECT_EQ(end_of(last), "2026-11-23T00:00:00Z");
}

TEST(MakeWindow, ShowsTheLastThirtyDatesOfTheZone) {
  // It is the 23rd in Auckland already.
  const Window last = window({"", "", "", "Pacific/Auckland"});
  ASSERT_EQ(last.spans.size(), 30U);
  EXPECT_EQ(begins(last).front(), "2026-10-25T00:00:00+13:00");
  EXPECT_EQ(begins(last).back(), "2026-11-23T00:00:00+13:00");
}

TEST(MakeWindow, CountsBackFromAGivenEnd) {
  const Window march = window({"", "2026-04-01", "", ""});
  EXPECT_EQ(begins(march).front(), "2026-03-02T00:00:00Z");
  EXPECT_EQ(begins(march).back(), "2026-03-31T00:00:00Z");
  EXPECT_EQ(window({"", "", "hour", ""}).spans.size(), 29 * 24 + 13U);
}

TEST(MakeWindow, TakesDatesAsTheirBeginInTheZone) {
  const Window days = window({"2026-03-28", "2026-03-31", "day", "Europe/Berlin"});
  EXPECT_EQ(begins(days),
            (Texts{"2026-03-28T00:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"}));
  EXPECT_EQ(end_of(days), "2026-03-30T22:00:00Z");
}

TEST(MakeWindow, ShowsWholeSpansThatHaveAPartInTheRange) {
  const Window days = window({"2026-03-01T23:59:59.999Z", "2026-03-03T00:00:00.001Z", "", ""});
  EXPECT_EQ(begins(days), (Texts{"2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"}));
  EXPECT_EQ(end_of(days), "2026-03-04T00:00:00Z");
  const Window one = window({"2026-03-01T00:00:00Z", "2026-03-01T00:00:00.001Z", "hour", ""});
  EXPECT_EQ(begins(one), Texts{"2026-03-01T00:00:00Z"});
  EXPECT_EQ(end_of(one), "2026-03-01T01:00:00Z");
}

TEST(MakeWindow, EndsBeforeTheSpanThatBeginsAtTheEnd) {
  EXPECT_EQ(begins(window({"2026-03-01", "2026-03-02", "", ""})), Texts{"2026-03-01T00:00:00Z"});
  EXPECT_EQ(begins(window({"2026-03-01", "2026-04-01", "month", ""})), Texts{"2026-03-01T00:00:00Z"});
  EXPECT_EQ(begins(window({"2026-03-01", "2026-03-01T01:00:00Z", "hour", ""})),
            Texts{"2026-03-01T00:00:00Z"});
}

TEST(MakeWindow, ReadsTimesWithAnyOffsetAlsoWithItsPlusAsASpace) {
  for (const char* from :
       {"2026-03-01T00:00:00+02:00", "2026-03-01T00:00:00 02:00", "2026-02-28T22:00:00Z"}) {
    EXPECT_EQ(begins(window({from, "2026-02-28T23:00:00Z", "hour", ""})), Texts{"2026-02-28T22:00:00Z"})
        << from;
  }
}

TEST(MakeWindow, HasDaysOf23And25Hours) {
  EXPECT_EQ(lengths(window({"2026-03-28", "2026-03-31", "", "Europe/Berlin"})),
            (std::vector<double>{24, 23, 24}));
  EXPECT_EQ(lengths(window({"2026-10-24", "2026-10-27", "", "Europe/Berlin"})),
            (std::vector<double>{24, 25, 24}));
  EXPECT_EQ(lengths(window({"2026-03-08", "2026-03-09", "", "America/St_Johns"})), (std::vector<double>{23}));
  EXPECT_EQ(lengths(window({"2026-11-01", "2026-11-02", "", "America/St_Johns"})), (std::vector<double>{25}));
}

TEST(MakeWindow, LeavesOutTheHourThatClocksSkip) {
  EXPECT_EQ(begins(window({"2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z", "hour", "Europe/Berlin"})),
            (Texts{"2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"}));
}

TEST(MakeWindow, HasTheHourThatClocksRepeatTwice) {
  EXPECT_EQ(begins(window({"2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z", "hour", "Europe/Berlin"})),
            (Texts{"2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"}));
}

TEST(MakeWindow, BeginsHoursWhereTheClocksOfTheZoneDo) {
  EXPECT_EQ(begins(window({"2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "hour", "Asia/Kolkata"})),
            (Texts{"2026-01-01T05:00:00+05:30", "2026-01-01T06:00:00+05:30"}));
}

TEST(MakeWindow, HasAShortHourWhereClocksAreSetByHalfAnHour) {
  // From 02:00+10:30 to 02:30+11:00.
  const Window hours =
      window({"2026-10-03T14:30:00Z", "2026-10-03T17:00:00Z", "hour", "Australia/Lord_Howe"});
  EXPECT_EQ(begins(hours),
            (Texts{"2026-10-04T01:00:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00"}));
  EXPECT_EQ(lengths(hours), (std::vector<double>{1, 0.5, 1}));
}

TEST(MakeWindow, HasMonthsOfTheirLengths) {
  const Window months = window({"2024-01-31", "2024-05-02", "month", "Europe/Berlin"});
  EXPECT_EQ(begins(months),
            (Texts{"2024-01-01T00:00:00+01:00", "2024-02-01T00:00:00+01:00", "2024-03-01T00:00:00+01:00",
                   "2024-04-01T00:00:00+02:00", "2024-05-01T00:00:00+02:00"}));
  EXPECT_EQ(lengths(months), (std::vector<double>{31 * 24, 29 * 24, 31 * 24 - 1, 30 * 24, 31 * 24}));
  EXPECT_EQ(begins(window({"2025-12-15", "2026-01-15", "month", ""})),
            (Texts{"2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"}));
}

TEST(MakeWindow, LeavesOutADateThatAZoneSkipped) {
  EXPECT_EQ(begins(window({"2011-12-29", "2012-01-01", "", "Pacific/Apia"})),
            (Texts{"2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"}));
}

TEST(MakeWindow, KnowsItsHoursAndDates) {
  const Window kolkata = window({"2026-01-01", "2026-01-02", "", "Asia/Kolkata"});
  const auto hour = [](const char* text) {
    return std::chrono::duration_cast<std::chrono::hours>(parse_rfc3339(text)->time_since_epoch()).count();
  };
  EXPECT_EQ(kolkata.hours().begin, hour("2025-12-31T19:00:00Z"));
  EXPECT_EQ(kolkata.hours().end, hour("2026-01-01T19:00:00Z"));
  EXPECT_EQ(kolkata.days().begin, hour("2026-01-01T00:00:00Z"));
  EXPECT_EQ(kolkata.days().end, hour("2026-01-02T00:00:00Z"));
  const Window johns = window({"2026-01-01T12:00:00Z", "2026-01-02T05:00:00Z", "hour", "America/St_Johns"});
  EXPECT_EQ(johns.days().begin, hour("2026-01-01T00:00:00Z"));
  EXPECT_EQ(johns.days().end, hour("2026-01-03T00:00:00Z"));
}

TEST(MakeWindow, MakesAsManyPointsAsThereMayBeAndNotOneMore) {
  EXPECT_EQ(window({"2025-01-01T00:00:00Z", "2025-04-15T04:00:00Z", "hour", ""}).spans.size(), kMostSpans);
  EXPECT_EQ(blamed({"2025-01-01T00:00:00Z", "2025-04-15T04:00:00.001Z", "hour", ""}), Texts{"interval"});
  EXPECT_EQ(blamed({"1970-01-01", "2026-01-01", "day", ""}), Texts{"interval"});
  EXPECT_EQ(window({"1970-01-01", "2100-01-01", "month", ""}).spans.size(), 130 * 12U);
}

TEST(MakeWindow, RefusesAnEmptyRange) {
  EXPECT_EQ(blamed({"2026-03-01", "2026-03-01", "", ""}), Texts{"from"});
  EXPECT_EQ(blamed({"2026-03-02", "2026-03-01", "", ""}), Texts{"from"});
  EXPECT_EQ(blamed({"2026-11-23", "", "", ""}), Texts{"from"});
}

TEST(MakeWindow, RefusesWhatIsNoTime) {
  for (const char* time :
       {"yesterday", "2026-3-1", "2026-02-30", "2026-03-01T00:00:00", "2026-03-01T25:00:00Z", "20260301",
        "2026-03", "1234567890", "1969-12-30", "2100-01-02", "0000-01-01", "9999-12-31T23:59:59Z"}) {
    EXPECT_EQ(blamed({time, "", "", ""}), Texts{"from"}) << time;
    EXPECT_EQ(blamed({"", time, "", ""}), Texts{"to"}) << time;
  }
}

TEST(MakeWindow, NamesEverythingThatIsWrongAtOnce) {
  EXPECT_EQ(blamed({"x", "y", "week", "Mars/Olympus"}), (Texts{"timezone", "interval", "from", "to"}));
}

}  // namespace
}  // namespace curt::visits
