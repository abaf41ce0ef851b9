#include "app/transfer/reading/foreign_time.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::HasSubstr;

std::string reading_of(std::string_view text, DayOrder order = DayOrder::unknown) {
  const auto time = parse_foreign_time(text, order);
  if (!time) return time.error().fields.at(0).message;
  return *time ? to_rfc3339(**time) : "none";
}

struct Row {
  std::string_view text;
  std::string_view expected;

  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << '"' << row.text << '"'; }
};

constexpr std::string_view kMorning = "2025-05-02T10:00:00Z";
constexpr std::string_view kMidnight = "2025-05-02T00:00:00Z";

constexpr Row kRows[] = {
    // ISO 8601, and databases.
    {"2025-05-02T10:00:00Z", kMorning},
    {" 2025-05-02T10:00:00Z\r", kMorning},
    {"2025-05-02T10:00:00.123456789Z", "2025-05-02T10:00:00.123Z"},
    {"2025-05-02T12:00:00+02:00", kMorning},
    {"2025-05-02T12:00:00+0200", kMorning},
    {"2025-05-02T12:00:00+02", kMorning},
    {"2025-05-02T04:30:00-05:30", kMorning},
    {"2025-05-02T10:00Z", kMorning},
    {"2025-05-02T10:00", kMorning},
    {"2025-05-02T10:00:00", kMorning},
    {"2025-05-02T10:00:00.000000", kMorning},
    {"2025-05-02 10:00:00", kMorning},
    {"2025-05-02 10:00:00.5", "2025-05-02T10:00:00.500Z"},
    {"2025-05-02 10:00:00,5", "2025-05-02T10:00:00.500Z"},
    {"2025-05-02 10:00", kMorning},
    {"2025-05-02 10:00:00 UTC", kMorning},
    {"2025-05-02 10:00:00 GMT", kMorning},
    {"2025-05-02 10:00:00 +0000", kMorning},
    {"2025-05-02 12:00:00 +02:00", kMorning},
    {"2025-05-02 10:00:00.123456+00", "2025-05-02T10:00:00.123Z"},
    {"2025-05-02 15:30:00+05:30", kMorning},
    {"2025-05-02", kMidnight},
    {"2025-5-2", kMidnight},
    {"2025/05/02", kMidnight},
    {"2025/05/02 10:00", kMorning},
    {"2025.05.02 10:00", kMorning},
    {"2024-02-29", "2024-02-29T00:00:00Z"},
    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
    {"9999-12-31 23:59:59", "9999-12-31T23:59:59Z"},
    // Unix time.
    {"1746180000", kMorning},
    {"1746180000.25", "2025-05-02T10:00:00.250Z"},
    {"1746180000.123456", "2025-05-02T10:00:00.123Z"},
    {"1746180000.", kMorning},
    {"1746180000000", kMorning},
    {"1746180000999.9", "2025-05-02T10:00:00.999Z"},
    {"9999999999", "2286-11-20T17:46:39Z"},
    // RFC 2822, and JavaScript.
    {"Mon, 05 May 2025 10:00:00 +0000", "2025-05-05T10:00:00Z"},
    {"Fri, 2 May 2025 12:00:00 +0200 (CEST)", kMorning},
    {"02 May 2025 10:00 GMT", kMorning},
    {"Fri, 02-May-2025 10:00:00 GMT", kMorning},
    {"Fri May 02 2025 10:00:00 GMT+0000 (Coordinated Universal Time)", kMorning},
    {"Fri May 02 2025 12:00:00 GMT+0200 (Mitteleuropäische Sommerzeit)", kMorning},
    {"5/13/2025, 10:00:00 AM", "2025-05-13T10:00:00Z"},
    {"5/13/2025, 10:00:00\xe2\x80\xafPM", "2025-05-13T22:00:00Z"},
    // As people and spreadsheets write them.
    {"May 2, 2025", kMidnight},
    {"May 2nd, 2025", kMidnight},
    {"2 May 2025", kMidnight},
    {"2. May 2025", kMidnight},
    {"2-May-2025", kMidnight},
    {"2 MAY 2025", kMidnight},
    {"Sept. 3, 2025", "2025-09-03T00:00:00Z"},
    {"December 31, 2025", "2025-12-31T00:00:00Z"},
    {"Friday, May 2, 2025", kMidnight},
    {"May 2, 2025, 10:00 AM", kMorning},
    {"May 2, 2025 at 10:00 am", kMorning},
    {"May 2, 2025 10:00 a.m.", kMorning},
    {"May 2, 2025 12:00 AM", kMidnight},
    {"May 2, 2025 12:30 PM", "2025-05-02T12:30:00Z"},
    {"May 2, 2025\xc2\xa0"
     "1:05pm",
     "2025-05-02T13:05:00Z"},
    {"02.05.2025 10:00", kMorning},
    {"2.5.2025", kMidnight},
    {"02.05.2025, 10:00:00", kMorning},
    {"13/05/2025", "2025-05-13T00:00:00Z"},
    {"05/13/2025 10:00", "2025-05-13T10:00:00Z"},
    {"05/05/2025", "2025-05-05T00:00:00Z"},
    {"31-12-2025", "2025-12-31T00:00:00Z"},
    // No time.
    {"", "none"},
    {"  ", "none"},
    {"0", "none"},
    {"-", "none"},
    {"null", "none"},
    {"NULL", "none"},
    {"\\N", "none"},
    {"Never", "none"},
    {"0000-00-00", "none"},
    {"0000-00-00 00:00:00", "none"},
    {"0001-01-01T00:00:00Z", "none"},
    // Ambiguous.
    {"05/06/2025", "is ambiguous: 2025-05-06 or 2025-06-05; --dates says which"},
    {"5-6-2025 10:00", "is ambiguous: 2025-05-06 or 2025-06-05; --dates says which"},
    {"05/06/25", "has a year of two digits"},
    {"05.06.25", "has a year of two digits"},
    // No such day or time.
    {"2025-02-30", "is a day that February 2025 does not have, the 30"},
    {"30 Feb 2025", "is a day that February 2025 does not have, the 30"},
    {"2025-02-29T10:00:00Z", "is a day that February 2025 does not have, the 29"},
    {"31.06.2025", "is a day that June 2025 does not have, the 31"},
    {"2025-13-01", "has the month 13"},
    {"2025-00-01", "has the month 0"},
    {"2025-01-32", "has the day 32 of a month"},
    {"13/14/2025", "has the month 14"},
    {"2025-05-02 24:00:00", "has the hour 24"},
    {"2025-05-02 10:60", "has the minute 60"},
    {"2025-05-02 10:00:61", "has the second 61"},
    {"May 2, 2025 13:00 PM", "has the hour 13 with AM or PM"},
    {"2 Mai 2025", "has 'Mai' where the month should be"},
    // Out of range.
    {"1969-12-31", "is in the year 1969, before 1970"},
    {"1969-12-31T23:59:59Z", "is before 1970"},
    {"1970-01-01 00:00+01:00", "is before 1970"},
    {"-1", "is before 1970"},
    {"9999-12-31 23:59:59-01:00", "is past the year 9999, or has an offset of more than a day"},
    {"2025-05-02 10:00:00+25:00", "is past the year 9999, or has an offset of more than a day"},
    // What spreadsheets do to numbers.
    {"45779", "is the number by which a spreadsheet counts days; format its column as a date"},
    {"45779.41666", "is the number by which a spreadsheet counts days; format its column as a date"},
    {"1.74618E+12", "is a number that a spreadsheet has shortened; its last digits are lost"},
    {"2025", "is a number of 4 digits; Unix time has 10 (seconds) or 13 (milliseconds)"},
    {"1746180000000000", "is a number of 16 digits; Unix time has 10 (seconds) or 13 (milliseconds)"},
    // Something else.
    {"2025-05-02 10:00 CET", "has '10:00 CET' after its date, which is not a time that is understood"},
    {"2025-05-02 noon", "has 'noon' after its date, which is not a time that is understood"},
    {"2025-05-023", "has '3' after its date, which is not a time that is understood"},
    {"2025-05/02", "is not a date that is understood; 2025-05-31 and 2025-05-31T10:00:00Z are"},
    {"yesterday", "is not a date that is understood; 2025-05-31 and 2025-05-31T10:00:00Z are"},
    {"10:00", "is not a date that is understood; 2025-05-31 and 2025-05-31T10:00:00Z are"},
    {"https://example.com/", "is not a date that is understood; 2025-05-31 and 2025-05-31T10:00:00Z are"},
};

class ForeignTime : public testing::TestWithParam<Row> {};

TEST_P(ForeignTime, IsReadOrRefusedByName) { EXPECT_EQ(reading_of(GetParam().text), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(Table, ForeignTime, testing::ValuesIn(kRows));

TEST(ParseForeignTime, TakesTheOrderOfDayAndMonthThatItIsTold) {
  EXPECT_EQ(reading_of("05/06/2025", DayOrder::day_first), "2025-06-05T00:00:00Z");
  EXPECT_EQ(reading_of("05/06/2025", DayOrder::month_first), "2025-05-06T00:00:00Z");
  // What contradicts it shows that the file is in another order.
  EXPECT_EQ(reading_of("13/06/2025", DayOrder::month_first), "has the month 13");
  EXPECT_EQ(reading_of("06/13/2025", DayOrder::day_first), "has the month 13");
  EXPECT_EQ(reading_of("02.05.2025", DayOrder::month_first), "2025-05-02T00:00:00Z");
}

TEST(ParseForeignTime, RefusesWhatIsTooLongForATime) {
  EXPECT_THAT(reading_of("2025-05-02 " + std::string(100'000, '1')), HasSubstr("is too long"));
  EXPECT_THAT(reading_of(std::string(100'000, '1')), HasSubstr("is too long"));
}

TEST(ParseForeignTime, DoesNotStumbleOverBytesThatAreNoText) {
  EXPECT_THAT(reading_of(std::string_view{"2025-05-02\0", 11}), HasSubstr("after its date"));
  EXPECT_THAT(reading_of("\xff\xfe"), HasSubstr("is not a date"));
}

}  // namespace
}  // namespace curt::app
