#include "curt/domain/idna.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/idna_rules.hpp"
#include "domain/unicode/characters.hpp"
#include "domain/unicode/composition.hpp"
#include "domain/unicode/host_characters.hpp"
#include "domain/unicode/punycode.hpp"

namespace curt::idna {
namespace {

using unicode::HostCharacters;
using unicode::HostUse;

constexpr std::string_view kPrefix = "xn--";
constexpr std::u32string_view kWidePrefix = U"xn--";

/// The longest name that DNS has, and a dot at its end. A character takes a byte at least.
constexpr std::size_t kMostCharacters = 254;

Error bad_name(std::string_view reason) {
  return invalid_field("url", fmt::format("has an invalid host name: {}", reason));
}

bool is_ascii(std::u32string_view text) noexcept {
  return std::ranges::all_of(text, [](char32_t character) { return character < 0x80; });
}

std::string utf8_of(std::u32string_view text) {
  std::string out;
  for (const char32_t character : text) out += unicode::utf8_of(character);
  return out;
}

/// "Bücher" to "bücher": the first two steps of the processing (UTS #46, section 4).
result<std::u32string> mapped(std::string_view name) {
  const HostCharacters& table = HostCharacters::built_in();
  std::u32string text;
  while (!name.empty()) {
    const auto character = unicode::first_character(name);
    if (!character) return bad_name("it is not UTF-8");
    name.remove_prefix(character->size);
    switch (table.of(character->code_point).use) {
      case HostUse::kept:
        text += character->code_point;
        break;
      case HostUse::mapped:
        table.append_mapping(character->code_point, text);
        break;
      case HostUse::disallowed:
        return bad_name(
            fmt::format("it has the disallowed character {}", unicode::shown(character->code_point)));
    }
  }
  return unicode::composed_host(text);
}

/// A label as it is judged: what stands in Punycode is decoded.
result<std::u32string> decoded(std::u32string_view label) {
  if (!label.starts_with(kWidePrefix)) return std::u32string{label};
  const std::string shown = utf8_of(label);
  if (!is_ascii(label)) return bad_name(fmt::format("\"{:.64}\" is no Punycode", shown));
  auto text = unicode::from_punycode(std::string_view{shown}.substr(kPrefix.size()));
  if (!text) return bad_name(fmt::format("\"{:.64}\" is no Punycode", shown));
  if (is_ascii(*text) || unicode::composed_host(*text) != *text) {
    return bad_name(fmt::format("\"{:.64}\" stands for what would be encoded otherwise", shown));
  }
  return *std::move(text);
}

std::string encoded(std::u32string_view label) {
  if (is_ascii(label)) return {label.begin(), label.end()};
  return std::string{kPrefix} + unicode::to_punycode(label);
}

std::vector<std::u32string_view> labels_of(std::u32string_view name) {
  std::vector<std::u32string_view> labels;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find(U'.', begin), name.size());
    labels.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return labels;
}

}  // namespace

result<std::string> to_ascii(std::string_view name) {
  const result<std::u32string> text = mapped(name);
  if (!text) return text.error();
  if (text->size() > kMostCharacters) return bad_name("it is longer than 253 bytes");
  std::vector<std::u32string> labels;
  for (const std::u32string_view label : labels_of(*text)) {
    result<std::u32string> judged = decoded(label);
    if (!judged) return judged.error();
    if (const auto fault = fault_of(*judged)) return bad_name(*fault);
    labels.push_back(*std::move(judged));
  }
  const bool has_two_directions = std::ranges::any_of(labels, has_right_to_left);
  std::string ascii;
  for (const std::u32string& label : labels) {
    if (has_two_directions && !satisfies_bidi_rule(label)) {
      return bad_name(fmt::format("\"{:.64}\" is not in one direction", utf8_of(label)));
    }
    if (&label != &labels.front()) ascii += '.';
    ascii += encoded(label);
  }
  return ascii;
}

std::optional<std::u32string> to_unicode(std::string_view label) {
  if (!label.starts_with(kPrefix)) return std::nullopt;
  const std::u32string wide{label.begin(), label.end()};
  result<std::u32string> text = decoded(wide);
  if (!text || fault_of(*text) || encoded(*text) != label) return std::nullopt;
  if (has_right_to_left(*text) && !satisfies_bidi_rule(*text)) return std::nullopt;
  return *std::move(text);
}

}  // namespace curt::idna
