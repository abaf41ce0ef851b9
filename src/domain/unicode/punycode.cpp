#include "domain/unicode/punycode.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace curt::unicode {
namespace {

// The parameters and the names of RFC 3492, section 5.
constexpr std::uint64_t kBase = 36;
constexpr std::uint64_t kTMin = 1;
constexpr std::uint64_t kTMax = 26;
constexpr std::uint64_t kSkew = 38;
constexpr std::uint64_t kDamp = 700;
constexpr std::uint64_t kInitialBias = 72;
constexpr char32_t kInitialN = 0x80;
constexpr char kDelimiter = '-';

constexpr char32_t kLastCodePoint = 0x10FFFF;

bool is_basic(char32_t character) noexcept { return character < kInitialN; }

bool is_surrogate(char32_t character) noexcept { return character >= 0xD800 && character <= 0xDFFF; }

/// Section 6.1.
std::uint64_t adapted(std::uint64_t delta, std::uint64_t points, bool is_first) noexcept {
  delta /= is_first ? kDamp : 2;
  delta += delta / points;
  std::uint64_t k = 0;
  for (; delta > (kBase - kTMin) * kTMax / 2; k += kBase) delta /= kBase - kTMin;
  return k + (kBase - kTMin + 1) * delta / (delta + kSkew);
}

std::uint64_t threshold(std::uint64_t k, std::uint64_t bias) noexcept {
  return k <= bias ? kTMin : std::min(k - bias, kTMax);
}

char digit_of(std::uint64_t value) noexcept {
  constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
  return kDigits[value];
}

/// kBase where it is no digit.
std::uint64_t value_of(char digit) noexcept {
  if (digit >= 'a' && digit <= 'z') return static_cast<std::uint64_t>(digit - 'a');
  if (digit >= 'A' && digit <= 'Z') return static_cast<std::uint64_t>(digit - 'A');
  return digit >= '0' && digit <= '9' ? static_cast<std::uint64_t>(digit - '0') + 26 : kBase;
}

/// Takes a number of variable length off the front; nothing if it is not whole, or larger than any can be.
std::optional<std::uint64_t> take_number(std::string_view& text, std::uint64_t bias) noexcept {
  constexpr std::uint64_t kLargest = UINT32_MAX;
  std::uint64_t number = 0;
  std::uint64_t weight = 1;
  for (std::uint64_t k = kBase;; k += kBase) {
    if (text.empty()) return std::nullopt;
    const std::uint64_t digit = value_of(text.front());
    text.remove_prefix(1);
    if (digit == kBase) return std::nullopt;
    number += digit * weight;
    if (number > kLargest) return std::nullopt;
    const std::uint64_t t = threshold(k, bias);
    if (digit < t) return number;
    weight *= kBase - t;
    if (weight > kLargest) return std::nullopt;
  }
}

}  // namespace

std::string to_punycode(std::u32string_view label) {
  std::string out;
  for (const char32_t character : label) {
    if (is_basic(character)) out += static_cast<char>(character);
  }
  const std::size_t basic = out.size();
  if (basic > 0) out += kDelimiter;
  std::uint64_t bias = kInitialBias;
  std::uint64_t delta = 0;
  char32_t n = kInitialN;
  for (std::size_t handled = basic; handled < label.size(); ++n, ++delta) {
    char32_t next = kLastCodePoint + 1;
    for (const char32_t character : label) {
      if (character >= n) next = std::min(next, character);
    }
    delta += static_cast<std::uint64_t>(next - n) * (handled + 1);
    n = next;
    for (const char32_t character : label) {
      if (character < n) ++delta;
      if (character != n) continue;
      std::uint64_t q = delta;
      for (std::uint64_t k = kBase;; k += kBase) {
        const std::uint64_t t = threshold(k, bias);
        if (q < t) break;
        out += digit_of(t + (q - t) % (kBase - t));
        q = (q - t) / (kBase - t);
      }
      out += digit_of(q);
      bias = adapted(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
  }
  return out;
}

std::optional<std::u32string> from_punycode(std::string_view encoded) {
  std::u32string label;
  const std::size_t delimiter = encoded.rfind(kDelimiter);
  if (delimiter != std::string_view::npos && delimiter > 0) {
    for (const char c : encoded.substr(0, delimiter)) {
      if (c < 0) return std::nullopt;
      label += static_cast<char32_t>(c);
    }
    encoded.remove_prefix(delimiter + 1);
  }
  std::uint64_t bias = kInitialBias;
  std::uint64_t n = kInitialN;
  std::uint64_t i = 0;
  for (bool is_first = true; !encoded.empty(); is_first = false) {
    const std::optional<std::uint64_t> delta = take_number(encoded, bias);
    if (!delta) return std::nullopt;
    const std::uint64_t size = label.size() + 1;
    bias = adapted(*delta, size, is_first);
    i += *delta;
    n += i / size;
    i %= size;
    if (n > kLastCodePoint || is_surrogate(static_cast<char32_t>(n))) return std::nullopt;
    label.insert(i, 1, static_cast<char32_t>(n));
    ++i;
  }
  return label;
}

}  // namespace curt::unicode
