#include "curt/base/timestamp.hpp"

#include <chrono>
#include <ostream>
#include <string_view>

#include <gtest/gtest.h>

namespace curt {
namespace {

struct Row {
  std::string_view text;
  std::string_view expected;  ///< what to_rfc3339 makes of it; empty if it is to be refused

  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << '"' << row.text << '"'; }
};

constexpr Row kRows[] = {
    {"2026-11-22T07:49:40Z", "2026-11-22T07:49:40Z"},
    {"2026-11-22t07:49:40z", "2026-11-22T07:49:40Z"},
    {"2026-11-22 07:49:40Z", "2026-11-22T07:49:40Z"},
    // Fractions of a second.
    {"2026-11-22T07:49:40.5Z", "2026-11-22T07:49:40.500Z"},
    {"2026-11-22T07:49:40.05Z", "2026-11-22T07:49:40.050Z"},
    {"2026-11-22T07:49:40.123Z", "2026-11-22T07:49:40.123Z"},
    {"2026-11-22T07:49:40.000Z", "2026-11-22T07:49:40Z"},
    {"2026-11-22T07:49:40.9999Z", "2026-11-22T07:49:40.999Z"},
    {"2026-11-22T07:49:40.00000000000000000000000009Z", "2026-11-22T07:49:40Z"},
    // Offsets.
    {"2026-11-22T09:49:40.5+02:00", "2026-11-22T07:49:40.500Z"},
    {"2026-11-22T02:19:40-05:30", "2026-11-22T07:49:40Z"},
    {"2026-11-22T07:49:40+00:00", "2026-11-22T07:49:40Z"},
    {"2026-11-22T07:49:40-00:00", "2026-11-22T07:49:40Z"},
    {"2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z"},
    {"2027-01-01T00:30:00+01:00", "2026-12-31T23:30:00Z"},
    {"2026-11-22T07:49:40+23:59", "2026-11-21T07:50:40Z"},
    // The calendar.
    {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
    {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
    {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
    {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"},
    {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
    // Leap seconds.
    {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
    {"1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00Z"},
    // No such date or time.
    {"2026-02-29T00:00:00Z", ""},
    {"2100-02-29T00:00:00Z", ""},
    {"2026-04-31T00:00:00Z", ""},
    {"2026-00-10T00:00:00Z", ""},
    {"2026-13-10T00:00:00Z", ""},
    {"2026-11-00T00:00:00Z", ""},
    {"2026-11-22T24:00:00Z", ""},
    {"2026-11-22T07:60:00Z", ""},
    {"2026-11-22T07:49:61Z", ""},
    {"2026-11-22T07:49:40+24:00", ""},
    {"2026-11-22T07:49:40+01:60", ""},
    // Outside the four-digit years, in UTC.
    {"9999-12-31T23:59:60Z", ""},
    {"9999-12-31T23:59:59-00:01", ""},
    {"0000-01-01T00:00:00+00:01", ""},
    // No RFC 3339.
    {"", ""},
    {"now", ""},
    {"2026-11-22", ""},
    {"2026-11-22T07:49:40", ""},
    {"2026-11-22T07:49Z", ""},
    {"2026-11-22T07:49:40.Z", ""},
    {"2026-11-22T07:49:40,5Z", ""},
    {"2026-11-22T07:49:40+2:00", ""},
    {"2026-11-22T07:49:40+0200", ""},
    {"2026-11-22T07:49:40+02", ""},
    {"2026-11-22T07:49:40Z ", ""},
    {" 2026-11-22T07:49:40Z", ""},
    {"2026-11-22T07:49:40ZZ", ""},
    {"2026-11-22_07:49:40Z", ""},
    {"2026/11/22T07:49:40Z", ""},
    {"26-11-22T07:49:40Z", ""},
    {"+2026-11-22T07:49:40Z", ""},
    {"-026-11-22T07:49:40Z", ""},
    {"2026-1-22T07:49:40Z", ""},
    {"2026-11-22T7:49:40Z", ""},
    {"12026-11-22T07:49:40Z", ""},
    {"2026-W47-7T07:49:40Z", ""},
    {"1795333780", ""},
};

class Rfc3339 : public testing::TestWithParam<Row> {};

TEST_P(Rfc3339, IsReadOrRefused) {
  const auto time = parse_rfc3339(GetParam().text);
  EXPECT_EQ(time ? to_rfc3339(*time) : "", GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Table, Rfc3339, testing::ValuesIn(kRows));

TEST(ParseRfc3339, CountsMillisecondsSince1970) {
  const auto millisecond = [](std::string_view text) {
    return parse_rfc3339(text)->time_since_epoch().count();
  };
  EXPECT_EQ(millisecond("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(millisecond("2001-09-09T01:46:40Z"), 1'000'000'000'000);
  EXPECT_EQ(millisecond("1969-12-31T23:59:59.999Z"), -1);
  EXPECT_EQ(*parse_rfc3339("9999-12-31T23:59:59.999Z"), kLatestTimestamp);
}

TEST(ToRfc3339, IsReadBackAsTheSameTime) {
  const Timestamp first = *parse_rfc3339("0000-01-01T00:00:00Z");
  // Some 9000 moments over all years, at ever other times of the day.
  constexpr std::chrono::milliseconds kStep{std::chrono::hours{24 * 400} +
                                            std::chrono::milliseconds{7'654'321}};
  for (Timestamp time = first; time <= kLatestTimestamp; time += kStep) {
    ASSERT_EQ(parse_rfc3339(to_rfc3339(time)), time) << to_rfc3339(time);
  }
}

}  // namespace
}  // namespace curt
