#include "app/transfer/reading/foreign_time.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include "curt/base/text.hpp"

#include "app/transfer/reading/foreign_date.hpp"

namespace curt::app {
namespace {

using Piece = re2::StringPiece;

constexpr std::size_t kLongest = 100;  // bytes; JavaScript's have 60 or so

Error refused(std::string why) { return invalid_field("time", std::move(why)); }

std::string_view view_of(Piece piece) { return {piece.data(), piece.size()}; }

/// Whether the text says that there is no time: as databases and scripts write NULL, as MySQL and Go write
/// the time zero.
bool says_none(std::string_view text) {
  constexpr std::string_view kNone[] = {"", "0", "-", "null", "\\N", "never", "none", "n/a"};
  if (text.size() > 5) return text.starts_with("0000-00-00") || text.starts_with("0001-01-01");
  return std::any_of(std::begin(kNone), std::end(kNone),
                     [&](std::string_view none) { return boost::iequals(text, none); });
}

result<std::optional<Timestamp>> in_range(Timestamp time) {
  if (time < Timestamp{}) return refused("is before 1970");
  return std::optional{time};
}

/// A number: Unix time, or what only looks like it.
result<std::optional<Timestamp>> parse_number(std::string_view whole, std::string_view fraction) {
  constexpr std::size_t kSeconds = 10;
  constexpr std::size_t kMilliseconds = 13;
  if (whole.size() == 5) {
    return refused("is the number by which a spreadsheet counts days; format its column as a date");
  }
  if (whole.size() != kSeconds && whole.size() != kMilliseconds) {
    return refused(fmt::format("is a number of {} digits; Unix time has 10 (seconds) or 13 (milliseconds)",
                               whole.size()));
  }
  std::string digits{whole};
  if (whole.size() == kSeconds) digits.append(fraction.substr(0, 3)).resize(kMilliseconds, '0');
  std::int64_t milliseconds = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds);
  return std::optional{Timestamp{std::chrono::milliseconds{milliseconds}}};
}

/// A time of the day as RFC 3339 has it after its date: "T10:00:00Z".
result<std::string> clock_of(std::string_view text) {
  if (text.empty()) return std::string{"T00:00:00Z"};
  static const RE2 expression{
      R"((?:T|t|,? +(?:at +)?|,)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?: ?([AaPp])\.?[Mm]\.?)?)"
      R"( *(?:[Zz]|(?:UTC|GMT|UT|utc|gmt)? *(?:([+-]\d{2}):?(\d{2})?)?)(?: +\([^()]*\))?)"};
  int hour = 0;
  int minute = 0;
  Piece seconds, fraction, half, offset_hours, offset_minutes;
  if (!RE2::FullMatch({text.data(), text.size()}, expression, &hour, &minute, &seconds, &fraction, &half,
                      &offset_hours, &offset_minutes)) {
    return refused(
        fmt::format("has '{}' after its date, which is not a time that is understood", trim_spaces(text)));
  }
  if (!half.empty()) {
    if (hour < 1 || hour > 12) return refused(fmt::format("has the hour {} with AM or PM", hour));
    hour = hour % 12 + (half[0] == 'p' || half[0] == 'P' ? 12 : 0);
  }
  if (hour > 23) return refused(fmt::format("has the hour {}", hour));
  if (minute > 59) return refused(fmt::format("has the minute {}", minute));
  const std::string_view second = seconds.empty() ? "00" : view_of(seconds);
  if (second > "60") return refused(fmt::format("has the second {}", second));
  std::string clock = fmt::format("T{:02}:{:02}:{}", hour, minute, second);
  if (!fraction.empty()) clock.append(".").append(view_of(fraction));
  if (offset_hours.empty()) return clock + 'Z';
  clock.append(view_of(offset_hours)).append(":");
  return clock.append(offset_minutes.empty() ? "00" : view_of(offset_minutes));
}

/// Browsers put narrow blanks before AM and PM, and spreadsheets put no-break ones anywhere.
std::string with_plain_blanks(std::string_view text) {
  std::string plain{text};
  boost::replace_all(plain, "\xe2\x80\xaf", " ");
  boost::replace_all(plain, "\xc2\xa0", " ");
  return plain;
}

result<std::optional<Timestamp>> parse_date_and_time(std::string_view text, DayOrder order) {
  std::string_view rest = text;
  const auto day = take_foreign_date(rest, order);
  if (!day) return day.error();
  const auto clock = clock_of(rest);
  if (!clock) return clock.error();
  const auto time =
      parse_rfc3339(fmt::format("{:04}-{:02}-{:02}{}", day->year, day->month, day->day, *clock));
  if (!time) return refused("is past the year 9999, or has an offset of more than a day");
  return in_range(*time);
}

}  // namespace

result<std::optional<Timestamp>> parse_foreign_time(std::string_view given, DayOrder order) {
  std::string_view text = trim_white_space(given);
  if (says_none(text)) return std::optional<Timestamp>{};
  if (const auto time = parse_rfc3339(text)) return in_range(*time);
  if (text.size() > kLongest) return refused("is too long for a time");
  Piece whole;
  Piece fraction;
  static const RE2 number{R"((\d+)(?:\.(\d*))?)"};
  if (RE2::FullMatch({text.data(), text.size()}, number, &whole, &fraction)) {
    return parse_number(view_of(whole), view_of(fraction));
  }
  static const RE2 shortened{R"(-?\d+(?:[.,]\d+)?[Ee]\+?\d+)"};
  if (RE2::FullMatch({text.data(), text.size()}, shortened)) {
    return refused("is a number that a spreadsheet has shortened; its last digits are lost");
  }
  static const RE2 negative{R"(-\d+(?:\.\d*)?)"};
  if (RE2::FullMatch({text.data(), text.size()}, negative)) return refused("is before 1970");
  const bool ascii = std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
  return ascii ? parse_date_and_time(text, order)
               : parse_date_and_time(trim_white_space(with_plain_blanks(text)), order);
}

}  // namespace curt::app
