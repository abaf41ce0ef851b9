#include "limits/hosts/look_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "curt/domain/data_lines.hpp"

extern "C" {
extern const char curt_host_confusables_begin[];
extern const char curt_host_confusables_end[];
}

namespace curt::limits {

const LookTable& LookTable::unicode() {
  static const LookTable table{{curt_host_confusables_begin, curt_host_confusables_end}};
  return table;
}

LookTable::LookTable(std::string_view confusables) {
  for_each_data_line(confusables, [this](std::string_view line) {
    constexpr int kHexadecimal = 16;
    std::uint32_t character = 0;
    std::from_chars(line.data(), line.data() + line.size(), character, kHexadecimal);
    looks_.push_back({character, line.back()});
  });
}

std::optional<char> LookTable::ascii_look_of(char32_t character) const noexcept {
  const auto found = std::ranges::lower_bound(looks_, character, {}, &Look::character);
  if (found == looks_.end() || found->character != character) return std::nullopt;
  return found->ascii;
}

}  // namespace curt::limits
