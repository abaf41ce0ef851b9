#pragma once

#include <string_view>

#include "curt/domain/error.hpp"

#include "app/transfer/reading/foreign_time.hpp"

namespace curt::app {

/// A day of the Gregorian calendar, of the years 1970 to 9999.
struct CalendarDay {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
};

/// Takes the date off the beginning of `text`: 2025-05-02, 2025/5/2, 02.05.2025, 13/05/2025, Fri, 02 May
/// 2025, Fri May 02 2025, May 2nd, 2025. Errors are those of parse_foreign_time().
[[nodiscard]] result<CalendarDay> take_foreign_date(std::string_view& text, DayOrder order);

}  // namespace curt::app
