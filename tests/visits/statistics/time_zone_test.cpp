#include "curt/visits/statistics/time_zone.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "curt/base/timestamp.hpp"

namespace curt::visits {
namespace {

using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using namespace std::chrono_literals;

sys_seconds utc(std::string_view text) { return std::chrono::floor<seconds>(parse_rfc3339(text).value()); }

TimeZone zone(std::string_view name) { return TimeZone::find(name).value(); }

TEST(TimeZone, IsUtcUnlessOneIsNamed) {
  const TimeZone plain;
  EXPECT_EQ(plain.period_at(utc("2026-07-01T00:00:00Z")).offset, 0s);
  EXPECT_EQ(plain.begin_of(local_days{2026y / 7 / 1}), utc("2026-07-01T00:00:00Z"));
  EXPECT_EQ(plain.date_at(utc("2026-07-01T23:59:59Z")), local_days{2026y / 7 / 1});
}

TEST(TimeZone, IsFoundByItsNameInTheIanaDatabase) {
  for (const char* name : {"UTC", "Etc/UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata",
                           "Asia/Calcutta", "America/Argentina/Buenos_Aires", "Etc/GMT+5"}) {
    EXPECT_TRUE(TimeZone::find(name)) << name;
  }
  for (const char* name : {"", "Berlin", "europe/berlin", "Europe/Berlin ", "Europe", "../../etc/passwd",
                           "/etc/passwd", "localtime", "posixrules", "zone.tab", "+02:00"}) {
    EXPECT_FALSE(TimeZone::find(name)) << name;
  }
  EXPECT_FALSE(TimeZone::find(std::string(10'000, 'x')));
}

TEST(TimeZone, IsFoundByItsOldNameWhereTheSystemHasNoFileOfIt) {
  // Debian 13 has none without tzdata-legacy.
  const auto winter = utc("2026-01-01T00:00:00Z");
  EXPECT_EQ(zone("US/Eastern").period_at(winter).offset, -5h);
  EXPECT_EQ(zone("Asia/Calcutta").period_at(winter).offset, 5h + 30min);
}

TEST(TimeZone, KnowsWhenClocksAreSet) {
  const TimeZone berlin = zone("Europe/Berlin");
  const TimeZone::Period summer = berlin.period_at(utc("2026-07-01T00:00:00Z"));
  EXPECT_EQ(summer.begin, utc("2026-03-29T01:00:00Z"));
  EXPECT_EQ(summer.end, utc("2026-10-25T01:00:00Z"));
  EXPECT_EQ(summer.offset, 2h);
  EXPECT_EQ(berlin.period_at(utc("2026-10-25T00:59:59Z")).offset, 2h);
  EXPECT_EQ(berlin.period_at(utc("2026-10-25T01:00:00Z")).offset, 1h);
}

TEST(TimeZone, BeginsADateAtItsMidnight) {
  EXPECT_EQ(zone("Europe/Berlin").begin_of(local_days{2026y / 3 / 30}), utc("2026-03-29T22:00:00Z"));
  EXPECT_EQ(zone("America/St_Johns").begin_of(local_days{2026y / 1 / 1}), utc("2026-01-01T03:30:00Z"));
  EXPECT_EQ(zone("Asia/Kolkata").begin_of(local_days{2026y / 1 / 1}), utc("2025-12-31T18:30:00Z"));
}

TEST(TimeZone, BeginsADateWithoutMidnightBehindTheGap) {
  // Clocks went from 23:59:59 to 01:00 on 4 November 2018.
  EXPECT_EQ(zone("America/Sao_Paulo").begin_of(local_days{2018y / 11 / 4}), utc("2018-11-04T03:00:00Z"));
}

TEST(TimeZone, BeginsADateWithTwoMidnightsAtTheFirst) {
  // Clocks went back from 01:00 to midnight on 3 November 2024.
  EXPECT_EQ(zone("America/Havana").begin_of(local_days{2024y / 11 / 3}), utc("2024-11-03T04:00:00Z"));
}

TEST(TimeZone, ShowsTheDateOfItsClocks) {
  EXPECT_EQ(zone("Asia/Kolkata").date_at(utc("2026-01-01T18:29:59Z")), local_days{2026y / 1 / 1});
  EXPECT_EQ(zone("Asia/Kolkata").date_at(utc("2026-01-01T18:30:00Z")), local_days{2026y / 1 / 2});
  EXPECT_EQ(zone("America/St_Johns").date_at(utc("2026-01-01T03:29:59Z")), local_days{2025y / 12 / 31});
}

TEST(ToRfc3339, ShowsTheTimeOnTheClocksOfTheZone) {
  const sys_seconds time = utc("2026-03-29T01:00:00Z");
  EXPECT_EQ(to_rfc3339(time, 0s), "2026-03-29T01:00:00Z");
  EXPECT_EQ(to_rfc3339(time, 2h), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(to_rfc3339(time, -(3h + 30min)), "2026-03-28T21:30:00-03:30");
  EXPECT_EQ(to_rfc3339(time, 14h), "2026-03-29T15:00:00+14:00");
}

TEST(ToRfc3339, StaysTheSameMomentWhereAnOffsetHasSeconds) {
  const sys_seconds time = utc("1971-01-01T00:00:00Z");
  const std::string text = to_rfc3339(time, zone("Africa/Monrovia").period_at(time).offset);
  EXPECT_EQ(text, "1970-12-31T23:16:00-00:44");
  EXPECT_EQ(parse_rfc3339(text), Timestamp{time});
}

}  // namespace
}  // namespace curt::visits
