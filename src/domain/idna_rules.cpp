#include "domain/idna_rules.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "domain/unicode/characters.hpp"
#include "domain/unicode/host_characters.hpp"

namespace curt::idna {
namespace {

using unicode::Direction;
using unicode::HostCharacter;
using unicode::HostUse;
using unicode::Joining;

constexpr char32_t kNonJoiner = 0x200C;
constexpr char32_t kJoiner = 0x200D;

/// Canonical_Combining_Class=Virama.
constexpr std::uint8_t kVirama = 9;

HostCharacter known(char32_t character) noexcept { return unicode::HostCharacters::built_in().of(character); }

/// How the nearest letter joins, going from `at` by `step` past what is transparent; none at an end.
Joining joining_from(std::u32string_view label, std::size_t at, std::ptrdiff_t step) noexcept {
  for (;;) {
    at += static_cast<std::size_t>(step);  // wraps around past the begin
    if (at >= label.size()) return Joining::none;
    const Joining joining = known(label[at]).joining;
    if (joining != Joining::transparent) return joining;
  }
}

/// The ContextJ rules (RFC 5892, appendix A.1 and A.2).
bool may_join(std::u32string_view label, std::size_t at) noexcept {
  if (at == 0) return false;
  if (known(label[at - 1]).combining_class == kVirama) return true;
  if (label[at] == kJoiner) return false;
  const Joining before = joining_from(label, at, -1);
  const Joining after = joining_from(label, at, 1);
  return (before == Joining::left || before == Joining::dual) &&
         (after == Joining::right || after == Joining::dual);
}

/// The places of a direction in a set of them.
constexpr unsigned bit(Direction direction) noexcept { return 1U << static_cast<unsigned>(direction); }

constexpr unsigned kAnywhere =
    bit(Direction::european_number) | bit(Direction::neutral) | bit(Direction::mark);
constexpr unsigned kInLeftToRight = kAnywhere | bit(Direction::left_to_right);
constexpr unsigned kInRightToLeft = kAnywhere | bit(Direction::right_to_left) | bit(Direction::arabic_number);

}  // namespace

std::optional<std::string> fault_of(std::u32string_view label) {
  if (label.empty()) return std::nullopt;
  if (label.starts_with(U"xn--")) return "it is encoded twice";
  if (known(label.front()).is_mark) {
    return fmt::format("it begins with {}, which joins a character before it", unicode::shown(label.front()));
  }
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (label[i] == U'.' || known(label[i]).use != HostUse::kept) {
      return fmt::format("it has the disallowed character {}", unicode::shown(label[i]));
    }
    if ((label[i] == kNonJoiner || label[i] == kJoiner) && !may_join(label, i)) {
      return fmt::format("it has {} where no letters join", unicode::shown(label[i]));
    }
  }
  return std::nullopt;
}

bool has_right_to_left(std::u32string_view label) noexcept {
  return std::ranges::any_of(label, [](char32_t character) {
    const Direction direction = known(character).direction;
    return direction == Direction::right_to_left || direction == Direction::arabic_number;
  });
}

bool satisfies_bidi_rule(std::u32string_view label) noexcept {
  if (label.empty()) return true;
  const Direction first = known(label.front()).direction;
  const bool is_right_to_left = first == Direction::right_to_left;
  if (!is_right_to_left && first != Direction::left_to_right) return false;
  unsigned seen = 0;
  Direction last = first;  // but for marks
  for (const char32_t character : label) {
    const Direction direction = known(character).direction;
    seen |= bit(direction);
    if (direction != Direction::mark) last = direction;
  }
  if ((seen & ~(is_right_to_left ? kInRightToLeft : kInLeftToRight)) != 0) return false;
  const bool ends_well = last == first || last == Direction::european_number ||
                         (is_right_to_left && last == Direction::arabic_number);
  constexpr unsigned kBothNumbers = bit(Direction::european_number) | bit(Direction::arabic_number);
  return ends_well && !(is_right_to_left && (seen & kBothNumbers) == kBothNumbers);
}

}  // namespace curt::idna
