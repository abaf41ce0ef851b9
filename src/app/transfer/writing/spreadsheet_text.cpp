#include "app/transfer/writing/spreadsheet_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace curt::app {
namespace {

/// What a formula begins with: also as fullwidth form (U+FF..), small form (U+FE6.), and the minus sign.
constexpr std::array<std::string_view, 16> kArmed{"=",      "+",      "-",      "@",      "\t",     "\r",
                                                  "\n",     "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66",
                                                  "\ufe62", "\ufe63", "\ufe6b", "\u2212"};

/// What programs pass over at the beginning of a field, or do not show.
constexpr std::array<std::string_view, 27> kPassedOver{
    " ",      "\"",     "\v",     "\f",     "\u00a0", "\u00ad", "\u1680", "\u2000", "\u2001",
    "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
    "\u200b", "\u200c", "\u200d", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};

/// The length of what the text begins with, if that is one of these; else 0.
template <std::size_t N>
std::size_t beginning_of(std::string_view text, const std::array<std::string_view, N>& ones) {
  const auto* const found =
      std::find_if(ones.begin(), ones.end(), [&](std::string_view one) { return text.starts_with(one); });
  return found == ones.end() ? 0 : found->size();
}

bool is_armed(std::string_view text) {
  for (;;) {
    if (beginning_of(text, kArmed) > 0) return true;
    const std::size_t passed_over = beginning_of(text, kPassedOver);
    if (passed_over == 0) return false;
    text.remove_prefix(passed_over);
  }
}

}  // namespace

std::string disarmed(std::string_view text) {
  constexpr std::string_view separators = ";\t\r\n";
  std::string safe;
  while (!text.empty()) {
    if (is_armed(text)) safe += '\'';
    const std::size_t separator = text.find_first_of(separators);
    const std::string_view field =
        text.substr(0, separator == std::string_view::npos ? separator : separator + 1);
    safe += field;
    text.remove_prefix(field.size());
  }
  return safe;
}

}  // namespace curt::app
