#include "curt/domain/unicode/script_table.hpp"

#include <algorithm>

#include "curt/domain/data_lines.hpp"

#include "domain/unicode/table_line.hpp"

extern "C" {
extern const char curt_unicode_scripts_begin[];
extern const char curt_unicode_scripts_end[];
extern const char curt_unicode_script_names_begin[];
extern const char curt_unicode_script_names_end[];
}

namespace curt::unicode {

const ScriptTable& ScriptTable::unicode() {
  static const ScriptTable table{{curt_unicode_scripts_begin, curt_unicode_scripts_end},
                                 {curt_unicode_script_names_begin, curt_unicode_script_names_end}};
  return table;
}

ScriptTable::ScriptTable(std::string_view scripts, std::string_view names) {
  for_each_data_line(scripts, [this](std::string_view line) {
    Range range{take_code_point(line), take_code_point(line), {}};
    while (!line.empty()) range.scripts.set(number_of(take_word(line)));
    ranges_.push_back(range);
  });
  names_.assign(codes_.begin(), codes_.end());
  for_each_data_line(names, [this](std::string_view line) {
    const auto found = std::ranges::find(codes_, take_word(line));
    if (found != codes_.end()) names_[static_cast<std::size_t>(found - codes_.begin())] = line;
  });
  members_ = {script("Hani") | script("Hira") | script("Kana"), script("Hani") | script("Bopo"),
              script("Hani") | script("Hang")};
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

Scripts ScriptTable::augmented_scripts_of(char32_t character) const noexcept {
  Scripts scripts = scripts_of(character);
  const Scripts own = scripts;
  for (std::size_t i = 0; i < kSystems; ++i) {
    if ((own & members_[i]).any()) scripts.set(kFirstSystem + i);
  }
  return scripts;
}

Scripts ScriptTable::systems() const noexcept {
  Scripts systems;
  for (std::size_t i = 0; i < kSystems; ++i) systems.set(kFirstSystem + i);
  return systems;
}

Scripts ScriptTable::script(std::string_view code) const noexcept {
  Scripts one;
  const auto found = std::ranges::find(codes_, code);
  if (found != codes_.end()) one.set(static_cast<std::size_t>(found - codes_.begin()));
  return one;
}

std::string ScriptTable::names_of(const Scripts& scripts) const {
  constexpr int kMost = 3;
  std::string text;
  int told = 0;
  for (std::size_t i = 0; i < names_.size() && told < kMost; ++i) {
    if (!scripts.test(i)) continue;
    text.append(told == 0 ? "" : " or ").append(names_[i]);
    ++told;
  }
  return text;
}

}  // namespace curt::unicode
