#include "curt/domain/typed_code.hpp"

#include <algorithm>

#include "curt/domain/unicode/text_forms.hpp"

namespace curt {
namespace {

/// No form of a text in UTF-8 is longer than three times another one (UAX #15, section 12.1, for NFC and
/// NFD).
constexpr std::size_t kLongest = 3 * ShortCode::kMaxLength;

bool is_ascii(char c) noexcept { return c >= 0; }

}  // namespace

std::optional<ShortCode> typed_code(std::string_view text) {
  if (ShortCode::is_valid(text)) return ShortCode::from_valid(text);
  if (text.size() > kLongest || std::all_of(text.begin(), text.end(), is_ascii)) return std::nullopt;
  const auto composed = unicode::in_form_c(text);
  if (!composed || !ShortCode::is_valid(*composed)) return std::nullopt;
  return ShortCode::from_valid(*composed);
}

}  // namespace curt
