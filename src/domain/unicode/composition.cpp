#include "domain/unicode/composition.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "curt/domain/data_lines.hpp"

#include "domain/unicode/host_characters.hpp"
#include "domain/unicode/table_line.hpp"

extern "C" {
extern const char curt_unicode_compositions_begin[];
extern const char curt_unicode_compositions_end[];
}

namespace curt::unicode {
namespace {

// Hangul syllables are computed from the letters that they are composed of (The Unicode Standard, section
// 3.12): one that begins, a vowel, and perhaps one that ends.
constexpr char32_t kSyllable = 0xAC00;
constexpr char32_t kLeading = 0x1100;
constexpr char32_t kVowel = 0x1161;
constexpr char32_t kTrailing = 0x11A7;  // none; the first one follows
constexpr char32_t kLeadings = 19;
constexpr char32_t kVowels = 21;
constexpr char32_t kTrailings = 28;
constexpr char32_t kSyllables = kLeadings * kVowels * kTrailings;

struct Composition {
  char32_t first = 0;
  char32_t second = 0;
  char32_t whole = 0;
};

class Compositions {
 public:
  static const Compositions& built_in() {
    static const Compositions table{{curt_unicode_compositions_begin, curt_unicode_compositions_end}};
    return table;
  }

  explicit Compositions(std::string_view table) {
    for_each_data_line(table, [this](std::string_view line) {
      Composition one;
      one.first = take_code_point(line);
      one.second = take_code_point(line);
      one.whole = take_code_point(line);
      by_parts_.push_back(one);
    });
    by_whole_.assign(by_parts_.begin(), by_parts_.end());
    std::ranges::sort(by_whole_, {}, &Composition::whole);
  }

  /// Appends the character's parts, each as far taken apart as it can be.
  void append_parts(char32_t character, std::u32string& text) const {
    if (character >= kSyllable && character < kSyllable + kSyllables) {
      const char32_t number = character - kSyllable;
      text.push_back(kLeading + number / (kVowels * kTrailings));
      text.push_back(kVowel + number / kTrailings % kVowels);
      if (number % kTrailings != 0) text.push_back(kTrailing + number % kTrailings);
      return;
    }
    const std::size_t begin = text.size();
    for (;;) {  // The second part has no parts of its own, unlike the first.
      const auto found = std::ranges::lower_bound(by_whole_, character, {}, &Composition::whole);
      if (found == by_whole_.end() || found->whole != character) break;
      text.insert(begin, 1, found->second);
      character = found->first;
    }
    text.insert(begin, 1, character);
  }

  /// What two characters compose to; 0 if nothing.
  [[nodiscard]] char32_t whole_of(char32_t first, char32_t second) const noexcept {
    if (first >= kLeading && first < kLeading + kLeadings && second >= kVowel && second < kVowel + kVowels) {
      return kSyllable + ((first - kLeading) * kVowels + (second - kVowel)) * kTrailings;
    }
    const bool is_open =
        first >= kSyllable && first < kSyllable + kSyllables && (first - kSyllable) % kTrailings == 0;
    if (is_open && second > kTrailing && second < kTrailing + kTrailings) return first + (second - kTrailing);
    const auto parts = [](const Composition& one) { return std::tuple{one.first, one.second}; };
    const auto found = std::ranges::lower_bound(by_parts_, std::tuple{first, second}, {}, parts);
    return found != by_parts_.end() && parts(*found) == std::tuple{first, second} ? found->whole : 0;
  }

 private:
  std::vector<Composition> by_parts_;
  std::vector<Composition> by_whole_;
};

std::uint8_t class_of(char32_t character) noexcept {
  return HostCharacters::built_in().of(character).combining_class;
}

/// Puts marks that follow one another in the order of their classes; those of one class stay as they are.
void sort_marks(std::u32string& text) {
  for (auto begin = text.begin(); begin != text.end();) {
    const auto is_starter = [](char32_t character) { return class_of(character) == 0; };
    const auto end = std::find_if(begin, text.end(), is_starter);
    std::vector<std::pair<std::uint8_t, std::size_t>> places;  // which tell those of one class apart
    for (auto mark = begin; mark != end; ++mark) places.emplace_back(class_of(*mark), places.size());
    std::ranges::sort(places);
    const std::u32string marks{begin, end};
    for (const auto& [own_class, place] : places) *begin++ = marks[place];
    if (begin != text.end()) ++begin;
  }
}

}  // namespace

std::u32string composed_host(std::u32string_view text) {
  const Compositions& table = Compositions::built_in();
  std::u32string apart;
  for (const char32_t character : text) table.append_parts(character, apart);
  sort_marks(apart);

  constexpr std::size_t kNone = std::u32string::npos;
  std::u32string out;
  std::size_t starter = kNone;  // the last one in `out`
  int last_class = 0;           // of the last character after the starter; -1 if there is none
  for (const char32_t character : apart) {
    const int own_class = class_of(character);
    // A mark of the same class, or another starter, between the two keeps them apart.
    if (starter != kNone && last_class < own_class) {
      const char32_t whole = table.whole_of(out[starter], character);
      if (whole != 0) {
        out[starter] = whole;
        continue;
      }
    }
    out += character;
    last_class = own_class;
    if (own_class == 0) {
      starter = out.size() - 1;
      last_class = -1;
    }
  }
  return out;
}

}  // namespace curt::unicode
