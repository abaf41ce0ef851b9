#include "app/transfer/reading/form/form_words.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

#include "curt/base/json_string.hpp"
#include "curt/base/text.hpp"
#include "curt/domain/short_code.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kShown = 100;  ///< bytes
constexpr std::size_t kMostKinds = 8;

/// What may stand between columns, and in a URL.
constexpr std::string_view kBetween = ",;|";

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kOfSchemes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
constexpr std::array<std::string_view, 6> kWithoutSlashes{"mailto", "tel",  "sms",
                                                          "magnet", "data", "javascript"};

std::string_view kind_of(const std::string& field) {
  if (field.empty()) return "nothing";
  if (is_url(field)) return "a URL";
  if (ShortCode::parse_imported(field)) return "a word";
  return "text";
}

std::string kinds_of(const std::vector<std::string>& fields) {
  std::string kinds;
  for (std::size_t i = 0; i < std::min(fields.size(), kMostKinds); ++i) {
    if (i > 0) kinds += ", ";
    kinds += kind_of(fields[i]);
  }
  if (fields.size() > kMostKinds) kinds += ", …";
  return kinds;
}

/// What --map may have to be, where the row shows it: the last URL is where the link leads.
std::string likely_map(const std::vector<std::string>& fields) {
  std::optional<std::size_t> url;
  std::optional<std::size_t> code;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!is_url(fields[i])) continue;
    if (url) code = code.value_or(*url);
    url = i;
  }
  for (std::size_t i = 0; i < fields.size() && !code; ++i) {
    if (!fields[i].empty() && !is_url(fields[i]) && ShortCode::parse_imported(fields[i])) code = i;
  }
  if (!url) return "--map code=1,url=2";
  // Other software has codes that curt cannot have; they are refused one by one.
  for (std::size_t i = 0; i < fields.size() && !code; ++i) {
    if (!fields[i].empty() && !is_url(fields[i]) && fields[i].find(' ') == std::string::npos) code = i;
  }
  return code ? fmt::format("--map code={},url={}", *code + 1, *url + 1)
              : fmt::format("--map url={}", *url + 1);
}

}  // namespace

Error unsettled(std::string_view seen, std::string_view to_do) {
  std::string detail{seen};
  if (!to_do.empty()) detail.append(". ").append(to_do);
  return {ErrorCode::invalid_value, std::move(detail)};
}

std::string shown(std::string_view text) {
  std::string printable;
  std::size_t size = std::min(text.size(), kShown);
  // Not in the middle of a character.
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  log::append_terminal_safe(printable, text.substr(0, size));
  if (text.size() > size) printable += "…";
  return printable;
}

std::string_view plural_of(char separator) {
  switch (separator) {
    case ';':
      return "semicolons";
    case '\t':
      return "tabs";
    case '|':
      return "bars";
    default:
      return "commas";
  }
}

Error not_understood(std::uint64_t line, const std::vector<std::string>& fields, char separator,
                     std::string_view text) {
  if (fields.empty()) {
    return unsettled(fmt::format("line {} has quotes that are not those of a table: {}", line, shown(text)),
                     "Quotes stand around a whole field, and one inside is doubled");
  }
  return unsettled(
      fmt::format("line {} has {} columns with {} between ({}), and which is which cannot be told: {}", line,
                  fields.size(), plural_of(separator), kinds_of(fields), shown(text)),
      fmt::format("Put a line with their names above it, such as code,url,title, or say it: {}",
                  likely_map(fields)));
}

Error neither_url_nor_row(std::uint64_t line, std::string_view text) {
  return unsettled(
      fmt::format("line {} is neither a URL with its https:// nor the row of a table with commas, semicolons "
                  "or tabs: {}",
                  line, shown(text)),
      fmt::format(
          "{}Put # before it if it holds no link, or say --urls to have such lines rejected one by one",
          line == 1 ? "Write url there if it names the column. " : ""));
}

Error urls_or_table(std::uint64_t line, std::string_view text) {
  const char separator = text[text.find_first_of(kBetween)];
  const std::string_view columns = separator == '|'
                                       ? "put commas between the columns"
                                       : "what the columns are, such as --map url=1,code=2 or --map "
                                         "url=1,title=2";
  return unsettled(
      fmt::format("line {} begins with a URL and has {} in it, so that it may be a URL or the row of a "
                  "table: {}",
                  line, plural_of(separator), shown(text)),
      fmt::format("Say --urls if each line is one URL, or {}", columns));
}

bool is_url(std::string_view text) {
  text = trim_blanks(text);
  if (text.find_first_of(kLetters) != 0) return false;
  const std::size_t end = std::min(text.find_first_not_of(kOfSchemes), text.size());
  const std::string_view rest = text.substr(end);
  if (rest.starts_with("://")) return rest.size() > 3;
  return rest.starts_with(':') && rest.size() > 1 && rest[1] != ' ' &&
         std::any_of(kWithoutSlashes.begin(), kWithoutSlashes.end(), [&](std::string_view scheme) {
           return boost::algorithm::iequals(text.substr(0, end), scheme);
         });
}

bool has_second_url(std::string_view text) {
  for (std::size_t at = text.find_first_of(kBetween); at != std::string_view::npos;
       at = text.find_first_of(kBetween, at + 1)) {
    if (is_url(text.substr(at + 1))) return true;
  }
  return false;
}

bool may_have_columns(std::string_view line) {
  const std::string_view text = trim_blanks(line);
  if (text.starts_with('"')) return false;
  for (std::size_t at = text.find_first_of(kBetween); at != std::string_view::npos;) {
    const std::size_t next = text.find_first_of(kBetween, at + 1);
    // No code has "=", and a parameter of a URL mostly does: ";a=summary".
    if (text.substr(at, next - at).find('=') == std::string_view::npos) return true;
    at = next;
  }
  return false;
}

}  // namespace curt::app
