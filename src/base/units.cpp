#include "curt/base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace curt {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

/// All tables run from small to large; an empty name is a number without a unit.
constexpr std::array kDurationUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                                    Unit{"d", 86'400'000}};

constexpr std::uint64_t kKi = 1024;
constexpr std::array kBinaryUnits{Unit{"", 1}, Unit{"KiB", kKi}, Unit{"MiB", kKi* kKi},
                                  Unit{"GiB", kKi* kKi* kKi}, Unit{"TiB", kKi* kKi* kKi* kKi}};
constexpr std::array kDecimalUnits{Unit{"B", 1}, Unit{"KB", 1000}, Unit{"MB", 1'000'000},
                                   Unit{"GB", 1'000'000'000}, Unit{"TB", 1'000'000'000'000}};

bool same_letters(std::string_view a, std::string_view b) {
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

/// Splits "10 s" into 10 and "s".
std::optional<std::uint64_t> split_number(std::string_view text, std::string_view& unit) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.size() > 1 && unit.front() == ' ') unit.remove_prefix(1);
  return number;
}

std::optional<std::uint64_t> times(std::uint64_t number, std::uint64_t factor, std::uint64_t limit) {
  if (number > limit / factor) return std::nullopt;
  return number * factor;
}

template <std::size_t N>
std::string in_largest_unit(const std::array<Unit, N>& units, std::uint64_t value) {
  const auto fits = [value](const Unit& unit) { return value % unit.factor == 0; };
  const auto unit = value == 0 ? units.rend() - 1 : std::find_if(units.rbegin(), units.rend(), fits);
  return fmt::format("{}{}", value / unit->factor, unit->name);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr auto kLimit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 1'000'000);
  std::string_view name;
  const auto number = split_number(text, name);
  if (!number) return std::nullopt;
  if (*number == 0 && name.empty()) return std::chrono::milliseconds{0};
  for (const Unit& unit : kDurationUnits) {
    if (unit.name != name) continue;
    const auto value = times(*number, unit.factor, kLimit);
    if (!value) return std::nullopt;
    return std::chrono::milliseconds{static_cast<std::int64_t>(*value)};
  }
  return std::nullopt;
}

std::string format_duration(std::chrono::milliseconds duration) {
  if (duration.count() < 0) return fmt::format("{}ms", duration.count());
  return in_largest_unit(kDurationUnits, static_cast<std::uint64_t>(duration.count()));
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  std::string_view name;
  const auto number = split_number(text, name);
  if (!number) return std::nullopt;
  for (const auto& units : {kBinaryUnits, kDecimalUnits}) {
    for (const Unit& unit : units) {
      if (same_letters(unit.name, name)) {
        return times(*number, unit.factor, std::numeric_limits<std::uint64_t>::max());
      }
    }
  }
  return std::nullopt;
}

std::string format_bytes(std::uint64_t bytes) { return in_largest_unit(kBinaryUnits, bytes); }

std::optional<std::int64_t> parse_json_integer(std::string_view number) {
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::size_t kMostDigits = 19;  // of 64 bits
  const bool is_negative = number.starts_with('-');
  if (is_negative) number.remove_prefix(1);
  const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
  std::string_view exponent_text = number.substr(std::min(mark + 1, number.size()));
  number = number.substr(0, mark);
  const std::size_t point = std::min(number.find('.'), number.size());
  std::string digits{number.substr(0, point)};
  digits += number.substr(std::min(point + 1, number.size()));
  if (digits.empty() || digits.find_first_not_of(kDigits) != std::string::npos) return std::nullopt;
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return 0;  // whatever the exponent is

  std::int64_t exponent = 0;
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  if (!exponent_text.empty()) {
    const auto [read, failed] =
        std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    if (failed != std::errc{} || read != exponent_text.data() + exponent_text.size()) return std::nullopt;
  }

  // The point's place among the digits, counted from the first one that is not 0; the zeros behind are cut.
  const auto before_point = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  digits = digits.substr(first, digits.find_last_not_of('0') + 1 - first);
  const auto count = static_cast<std::int64_t>(digits.size());
  if (exponent < count - before_point || exponent > static_cast<std::int64_t>(kMostDigits) - before_point) {
    return std::nullopt;
  }
  digits.append(static_cast<std::size_t>(before_point + exponent - count), '0');
  if (is_negative) digits.insert(0, 1, '-');
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() ? std::optional{value} : std::nullopt;
}

}  // namespace curt
