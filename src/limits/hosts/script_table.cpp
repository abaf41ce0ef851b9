#include "limits/hosts/script_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "limits/hosts/data_lines.hpp"

extern "C" {
extern const char curt_host_scripts_begin[];
extern const char curt_host_scripts_end[];
extern const char curt_host_confusables_begin[];
extern const char curt_host_confusables_end[];
}

namespace curt::limits {
namespace {

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

char32_t take_code_point(std::string_view& line) {
  constexpr int kHexadecimal = 16;
  const std::string_view word = take_word(line);
  std::uint32_t value = 0;
  std::from_chars(word.data(), word.data() + word.size(), value, kHexadecimal);
  return value;
}

}  // namespace

const ScriptTable& ScriptTable::unicode() {
  static const ScriptTable table{{curt_host_scripts_begin, curt_host_scripts_end},
                                 {curt_host_confusables_begin, curt_host_confusables_end}};
  return table;
}

ScriptTable::ScriptTable(std::string_view scripts, std::string_view confusables) {
  for_each_data_line(scripts, [this](std::string_view line) {
    Range range{take_code_point(line), take_code_point(line), {}};
    while (!line.empty()) range.scripts.set(number_of(take_word(line)));
    ranges_.push_back(range);
  });
  for_each_data_line(confusables, [this](std::string_view line) {
    const char32_t character = take_code_point(line);
    looks_.push_back({character, line.front()});
  });
}

std::size_t ScriptTable::number_of(std::string_view code) {
  const auto found = std::ranges::find(codes_, code);
  const auto number = static_cast<std::size_t>(found - codes_.begin());
  if (found == codes_.end()) codes_.push_back(code);
  return number;
}

Scripts ScriptTable::scripts_of(char32_t character) const noexcept {
  const auto after = std::ranges::upper_bound(ranges_, character, {}, &Range::first);
  if (after == ranges_.begin() || character > std::prev(after)->last) return Scripts{}.set();
  return std::prev(after)->scripts;
}

Scripts ScriptTable::script(std::string_view code) const noexcept {
  Scripts one;
  const auto found = std::ranges::find(codes_, code);
  if (found != codes_.end()) one.set(static_cast<std::size_t>(found - codes_.begin()));
  return one;
}

std::optional<char> ScriptTable::ascii_look_of(char32_t character) const noexcept {
  const auto found = std::ranges::lower_bound(looks_, character, {}, &Look::character);
  if (found == looks_.end() || found->character != character) return std::nullopt;
  return found->ascii;
}

}  // namespace curt::limits
