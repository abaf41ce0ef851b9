#include "app/transfer/reading/fields/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>

#include <boost/algorithm/string/predicate.hpp>
#include <nlohmann/json.hpp>

#include "curt/base/text.hpp"
#include "curt/base/utf8.hpp"
#include "curt/links/link_rules.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kDigits = "0123456789";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return boost::algorithm::iequals(text, word); });
}

/// The digits of "1,234,567"; nothing where the groups are not of three.
std::optional<std::string> without_groups(std::string_view text) {
  const std::size_t first = text.find(',');
  if (first == kNone) return std::string{text};
  std::string digits{text.substr(0, first)};
  if (first == 0 || first > 3) return std::nullopt;
  for (std::string_view rest = text.substr(first); !rest.empty(); rest.remove_prefix(4)) {
    if (rest.size() < 4 || rest.front() != ',') return std::nullopt;
    digits += rest.substr(1, 3);
  }
  return digits;
}

std::optional<std::vector<std::string>> json_texts(std::string_view text) {
  const auto array = nlohmann::json::parse(text, nullptr, false);
  if (!array.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const nlohmann::json& element : array) {
    if (element.is_null()) continue;
    const nlohmann::json* const tag =
        element.is_object() && element.contains("name") ? &element["name"] : &element;
    if (tag->is_structured()) return std::nullopt;
    std::string tag_text = tag->is_string() ? tag->get<std::string>() : tag->dump();
    if (!tag_text.empty()) texts.push_back(std::move(tag_text));
  }
  return texts;
}

/// How many bytes the first characters of UTF-8 text have, that many of them.
std::size_t bytes_of(std::string_view text, std::size_t characters) {
  std::size_t size = 0;
  for (; size < text.size(); ++size) {
    const bool begins = (static_cast<unsigned char>(text[size]) & 0xC0) != 0x80;
    if (begins && characters-- == 0) return size;
  }
  return size;
}

/// Bytes of the blank or control character that the text begins with; 0 if it begins with another one.
std::size_t size_of_blank(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text.front());
  if (first <= ' ' || first == 0x7F) return 1;
  const bool c1 = first == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0;
  return c1 ? 2 : 0;
}

std::size_t size_of_blanks(std::string_view text) {
  std::size_t size = 0;
  while (const std::size_t next = size_of_blank(text.substr(size))) size += next;
  return size;
}

std::size_t find_blank(std::string_view text) {
  std::size_t place = 0;
  while (place < text.size() && size_of_blank(text.substr(place)) == 0) ++place;
  return place;
}

}  // namespace

bool says_nothing(std::string_view text) {
  return text.empty() || text == "NULL" || text == "\\N" || text == "null" || text == "undefined" ||
         text == "None";
}

std::optional<std::int64_t> parse_whole_number(std::string_view text) {
  text = trim_white_space(text);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (const std::size_t point = text.find('.'); point != kNone) {
    const std::string_view fraction = text.substr(point + 1);
    // Three zeros are the thousands of half of Europe.
    if (fraction.find_first_not_of('0') != kNone || fraction.size() == 3) return std::nullopt;
    text = text.substr(0, point);
  }
  const auto digits = without_groups(text);
  if (!digits || digits->empty() || digits->find_first_not_of(kDigits) != kNone) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), number);
  if (error != std::errc{}) return std::nullopt;
  return negative ? -number : number;
}

std::optional<bool> parse_truth(std::string_view text) {
  text = trim_white_space(text);
  if (is_one_of(text, {"true", "t", "yes", "y", "on", "1", "active", "enabled"})) return true;
  if (is_one_of(text, {"false", "f", "no", "n", "off", "0", "inactive", "disabled"})) return false;
  return std::nullopt;
}

std::vector<std::string> split_tags(std::string_view text) {
  text = trim_white_space(text);
  if (text.starts_with('[')) {
    if (auto texts = json_texts(text)) return *std::move(texts);
  }
  const bool array = text.starts_with('{') && text.ends_with('}');
  if (array) text = text.substr(1, text.size() - 2);
  const std::string_view separators = !array && text.find('|') != kNone ? "|" : ",;";
  std::vector<std::string> tags;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    const std::string_view tag = trim(text.substr(0, end), array ? " \"" : " \t\n\v\f\r");
    if (!tag.empty()) tags.emplace_back(tag);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return tags;
}

std::string fit_title(std::string_view title) {
  if (!has_control(title) && title.size() <= links::kMaxTitle) return std::string{title};
  std::string fitted;
  for (std::string_view rest = title; !rest.empty();) {
    const std::size_t text = std::min(find_blank(rest), rest.size());
    fitted += rest.substr(0, text);
    rest.remove_prefix(text);
    const std::string_view blanks = rest.substr(0, size_of_blanks(rest));
    if (has_control(blanks)) {
      if (!fitted.empty() && blanks.size() < rest.size()) fitted += ' ';
    } else {
      fitted += blanks;
    }
    rest.remove_prefix(blanks.size());
  }
  fitted.resize(bytes_of(fitted, links::kMaxTitle));
  return fitted;
}

}  // namespace curt::app
