#include "curt/base/timestamp.hpp"

#include <charconv>

#include <fmt/format.h>

namespace curt {
namespace {

/// 0000-01-01T00:00:00Z, the beginning of RFC 3339.
constexpr Timestamp kEarliest{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};

/// Walks over a text; every step says whether it fitted.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool digits(std::size_t count, int& value) {
    if (rest_.size() < count) return false;
    const std::string_view part = rest_.substr(0, count);
    if (part.find_first_not_of("0123456789") != std::string_view::npos) return false;
    std::from_chars(part.data(), part.data() + part.size(), value);
    rest_.remove_prefix(count);
    return true;
  }

  /// Steps over one of the given characters and returns it, or 0.
  char one_of(std::string_view chars) {
    if (rest_.empty() || chars.find(rest_.front()) == std::string_view::npos) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Reads ".123456"; false where a dot is not followed by a digit.
bool read_fraction(Cursor& in, int& milliseconds) {
  if (in.one_of(".") == 0) return true;
  int digit = 0;
  int weight = 100;
  bool any = false;
  while (in.digits(1, digit)) {
    milliseconds += digit * weight;
    weight /= 10;
    any = true;
  }
  return any;
}

bool read_offset(Cursor& in, std::chrono::minutes& offset) {
  const char sign = in.one_of("Zz+-");
  if (sign == 'Z' || sign == 'z') return true;
  int hours = 0;
  int minutes = 0;
  if (sign == 0 || !in.digits(2, hours) || in.one_of(":") == 0 || !in.digits(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  if (sign == '-') offset = -offset;
  return true;
}

}  // namespace

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Cursor in{text};
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0;
  minutes offset{0};
  const bool fits = in.digits(4, y) && in.one_of("-") && in.digits(2, mo) && in.one_of("-") &&
                    in.digits(2, d) && in.one_of("Tt ") && in.digits(2, h) && in.one_of(":") &&
                    in.digits(2, mi) && in.one_of(":") && in.digits(2, s) && read_fraction(in, ms) &&
                    read_offset(in, offset) && in.at_end();
  if (!fits || h > 23 || mi > 59 || s > 60) return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  const Timestamp time = sys_days{date} + hours{h} + minutes{mi} + seconds{s} + milliseconds{ms} - offset;
  // An offset can lead out of the years that have four digits.
  if (time < kEarliest || time > kLatestTimestamp) return std::nullopt;
  return time;
}

std::string to_rfc3339(Timestamp time) {
  using namespace std::chrono;
  const auto midnight = floor<days>(time);
  const year_month_day date{midnight};
  const hh_mm_ss clock{time - midnight};
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (const auto ms = clock.subseconds().count(); ms != 0) text += fmt::format(".{:03}", ms);
  text += 'Z';
  return text;
}

}  // namespace curt
