#include "domain/unicode/host_characters.hpp"

#include <algorithm>
#include <charconv>

#include "curt/domain/data_lines.hpp"

#include "domain/unicode/table_line.hpp"

extern "C" {
extern const char curt_unicode_host_characters_begin[];
extern const char curt_unicode_host_characters_end[];
}

namespace curt::unicode {
namespace {

Direction direction_named(std::string_view name) noexcept {
  using enum Direction;
  if (name == "L") return left_to_right;
  if (name == "R") return right_to_left;
  if (name == "AN") return arabic_number;
  if (name == "EN") return european_number;
  if (name == "ON") return neutral;
  return name == "NSM" ? mark : other;
}

Joining joining_named(std::string_view name) noexcept {
  using enum Joining;
  if (name == "D") return dual;
  if (name == "L") return left;
  if (name == "R") return right;
  return name == "T" ? transparent : none;
}

HostCharacter read_kept(std::string_view line) noexcept {
  HostCharacter kind;
  kind.use = HostUse::kept;
  kind.direction = direction_named(take_word(line));
  kind.joining = joining_named(take_word(line));
  kind.is_mark = take_word(line) == "M";
  std::from_chars(line.data(), line.data() + line.size(), kind.combining_class);
  return kind;
}

bool is_same(const HostCharacter& one, const HostCharacter& other) noexcept {
  return one.use == other.use && one.direction == other.direction && one.joining == other.joining &&
         one.is_mark == other.is_mark && one.combining_class == other.combining_class;
}

}  // namespace

const HostCharacters& HostCharacters::built_in() {
  static const HostCharacters table{{curt_unicode_host_characters_begin, curt_unicode_host_characters_end}};
  return table;
}

HostCharacters::HostCharacters(std::string_view table) {
  const HostCharacter mapped{.use = HostUse::mapped};
  for_each_data_line(table, [this, &mapped](std::string_view line) {
    Range range;
    range.first = take_code_point(line);
    range.last = take_code_point(line);
    const bool is_kept = take_word(line) == "=";
    range.properties = number_of(is_kept ? read_kept(line) : mapped);
    range.mapping = static_cast<std::uint16_t>(texts_.size());
    while (!is_kept && !line.empty()) texts_ += take_code_point(line);
    range.length = static_cast<std::uint8_t>(texts_.size() - range.mapping);
    ranges_.push_back(range);
  });
}

std::uint8_t HostCharacters::number_of(const HostCharacter& kind) {
  const auto found =
      std::ranges::find_if(kinds_, [&kind](const HostCharacter& one) { return is_same(one, kind); });
  const auto number = static_cast<std::uint8_t>(found - kinds_.begin());
  if (found == kinds_.end()) kinds_.push_back(kind);
  return number;
}

const HostCharacters::Range* HostCharacters::range_of(char32_t character) const noexcept {
  const auto after = std::ranges::upper_bound(ranges_, character, {}, &Range::first);
  if (after == ranges_.begin() || character > std::prev(after)->last) return nullptr;
  return &*std::prev(after);
}

HostCharacter HostCharacters::of(char32_t character) const noexcept {
  const Range* const range = range_of(character);
  return range == nullptr ? HostCharacter{} : kinds_[range->properties];
}

void HostCharacters::append_mapping(char32_t character, std::u32string& text) const {
  const Range* const range = range_of(character);
  if (range == nullptr) return;
  if (range->length == 1) {
    text.push_back(texts_[range->mapping] + (character - range->first));
  } else {
    text.append(texts_, range->mapping, range->length);
  }
}

}  // namespace curt::unicode
