#include "app/transfer/reading/foreign_date.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

namespace curt::app {
namespace {

using Piece = re2::StringPiece;

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};

Error refused(std::string why) { return invalid_field("time", std::move(why)); }

const RE2& year_first() {
  static const RE2 expression{R"((\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2}))"};
  return expression;
}

const RE2& year_last() {
  static const RE2 expression{R"((\d{1,2})([-/.])(\d{1,2})([-/.])(\d{4}|\d{2}\b))"};
  return expression;
}

/// Past the day of the week, which says nothing that the date does not.
const RE2& day_and_name() {
  static const RE2 expression{
      R"((?:[A-Za-z]{2,9}\.?,? +)?(\d{1,2})(?:st|nd|rd|th|\.)?[ -]+([A-Za-z]+)\.?,?[ -]+(\d{4}))"};
  return expression;
}

const RE2& name_and_day() {
  static const RE2 expression{
      R"((?:[A-Za-z]{2,9}\.?,? +)?([A-Za-z]+)\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4}))"};
  return expression;
}

/// A month by its English name, or by at least its first three letters.
std::optional<unsigned> month_named(std::string_view name) {
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (name.size() >= 3 && boost::istarts_with(kMonths[i], name)) return i + 1;
  }
  return std::nullopt;
}

result<CalendarDay> checked(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  if (year < 1970) return refused(fmt::format("is in the year {}, before 1970", year));
  if (month < 1 || month > 12) return refused(fmt::format("has the month {}", month));
  if (day < 1 || day > 31) return refused(fmt::format("has the day {} of a month", day));
  const year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok())
    return refused(fmt::format("is a day that {} {} does not have, the {}", kMonths[month - 1], year, day));
  return CalendarDay{year, month, day};
}

/// A date with slashes or dashes, of which the first two numbers may be either.
result<CalendarDay> by_order(unsigned first, unsigned second, int year, DayOrder order) {
  if (order == DayOrder::day_first) return checked(year, second, first);
  if (order == DayOrder::month_first) return checked(year, first, second);
  if (first > 12) return checked(year, second, first);
  if (second > 12 || first == second) return checked(year, first, second);
  return refused(fmt::format("is ambiguous: {0:04}-{1:02}-{2:02} or {0:04}-{2:02}-{1:02}; --dates says which",
                             year, first, second));
}

result<CalendarDay> by_name(std::string_view name, unsigned day, int year) {
  const auto month = month_named(name);
  if (!month) return refused(fmt::format("has '{}' where the month should be", name));
  return checked(year, *month, day);
}

}  // namespace

result<CalendarDay> take_foreign_date(std::string_view& text, DayOrder order) {
  Piece rest{text.data(), text.size()};
  const auto use = [&] { text = {rest.data(), rest.size()}; };
  int year = 0;
  unsigned first = 0;
  unsigned second = 0;
  Piece mark;
  Piece other_mark;
  Piece name;
  if (RE2::Consume(&rest, year_first(), &year, &mark, &first, &other_mark, &second) && mark == other_mark) {
    use();
    return checked(year, first, second);
  }
  Piece last;
  rest = {text.data(), text.size()};
  if (RE2::Consume(&rest, year_last(), &first, &mark, &second, &other_mark, &last) && mark == other_mark) {
    if (last.size() == 2) return refused("has a year of two digits");
    year = std::stoi(std::string{last.data(), last.size()});
    use();
    // With dots, as in Germany and most of Europe, the day comes first.
    if (mark == ".") return checked(year, second, first);
    return by_order(first, second, year, order);
  }
  rest = {text.data(), text.size()};
  if (RE2::Consume(&rest, day_and_name(), &first, &name, &year) ||
      RE2::Consume(&rest, name_and_day(), &name, &first, &year)) {
    use();
    return by_name({name.data(), name.size()}, first, year);
  }
  return refused("is not a date that is understood; 2025-05-31 and 2025-05-31T10:00:00Z are");
}

}  // namespace curt::app
