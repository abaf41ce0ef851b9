#include "domain/unicode/punycode.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "domain/unicode/characters.hpp"

namespace curt::unicode {
namespace {

// The parameters of RFC 3492, section 5.
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kLeast = 1;
constexpr std::uint32_t kMost = 26;
constexpr std::uint32_t kSkew = 38;
constexpr std::uint32_t kDamp = 700;
constexpr std::uint32_t kFirstBias = 72;
constexpr std::uint32_t kFirstCharacter = 0x80;

constexpr std::uint32_t kLastCharacter = 0x10ffff;

/// A label of DNS has 63 bytes; what is longer is nothing that anybody types.
constexpr std::size_t kLongest = 255;

/// The value of a digit; kBase for what is none.
std::uint32_t digit_of(char c) noexcept {
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a');
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 26;
  return kBase;
}

/// The bias after a difference, of so many characters then (RFC 3492, section 6.1).
std::uint32_t adapt(std::uint32_t difference, std::uint32_t characters, bool is_first) noexcept {
  difference /= is_first ? kDamp : 2;
  difference += difference / characters;
  std::uint32_t steps = 0;
  for (; difference > ((kBase - kLeast) * kMost) / 2; steps += kBase) difference /= kBase - kLeast;
  return steps + (kBase - kLeast + 1) * difference / (difference + kSkew);
}

std::uint32_t threshold_at(std::uint32_t place, std::uint32_t bias) noexcept {
  if (place <= bias + kLeast) return kLeast;
  return place >= bias + kMost ? kMost : place - bias;
}

/// Takes one number of variable length from the text's beginning; nothing if it is malformed or too large.
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t bias) noexcept {
  constexpr std::uint64_t kTooLarge = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t number = 0;
  std::uint64_t weight = 1;
  for (std::uint32_t place = kBase; !text.empty(); place += kBase) {
    const std::uint32_t digit = digit_of(text.front());
    text.remove_prefix(1);
    if (digit == kBase) return std::nullopt;
    number += digit * weight;
    if (number >= kTooLarge) return std::nullopt;
    const std::uint32_t threshold = threshold_at(place, bias);
    if (digit < threshold) return static_cast<std::uint32_t>(number);
    weight *= kBase - threshold;
    if (weight >= kTooLarge) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> from_punycode(std::string_view punycode) {
  if (punycode.size() > kLongest) return std::nullopt;
  std::u32string characters;
  if (const std::size_t delimiter = punycode.rfind('-'); delimiter != std::string_view::npos) {
    for (const char c : punycode.substr(0, delimiter)) characters += static_cast<unsigned char>(c);
    punycode.remove_prefix(delimiter + 1);
  }
  std::uint64_t character = kFirstCharacter;
  std::uint64_t place = 0;
  std::uint32_t bias = kFirstBias;
  while (!punycode.empty()) {
    const auto difference = take_number(punycode, bias);
    if (!difference) return std::nullopt;
    const auto count = static_cast<std::uint32_t>(characters.size()) + 1;
    bias = adapt(*difference, count, place == 0);
    place += *difference;
    character += place / count;
    place %= count;
    if (character > kLastCharacter || (character >= 0xd800 && character <= 0xdfff)) return std::nullopt;
    characters.insert(characters.begin() + static_cast<std::ptrdiff_t>(place),
                      static_cast<char32_t>(character));
    ++place;
  }
  std::string letters;
  for (const char32_t each : characters) letters += utf8_of(each);
  return letters;
}

}  // namespace curt::unicode
