#include "app/transfer/reading/rows/csv.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "curt/base/text.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

Error refused(std::string why) { return invalid_field("line", std::move(why)); }

/// Leaves out blanks, but not the separator, which may be a tab.
void skip_blanks(std::string_view& rest, const CsvDialect& dialect) {
  while (!rest.empty() && rest.front() != dialect.separator &&
         (rest.front() == ' ' || rest.front() == '\t')) {
    rest.remove_prefix(1);
  }
}

/// Goes past the closing quote of a field whose opening quote comes first, and appends what is between.
bool skip_quoted(std::string_view& rest, const CsvDialect& dialect, std::string* field) {
  rest.remove_prefix(1);
  const std::string_view special = dialect.backslashes ? "\"\\" : "\"";
  for (;;) {
    const std::size_t end = rest.find_first_of(special);
    if (end == kNone) return false;
    if (field != nullptr) field->append(rest.substr(0, end));
    const char found = rest[end];
    rest.remove_prefix(end + 1);
    const bool escapes = found == '\\' && !rest.empty() && (rest.front() == '"' || rest.front() == '\\');
    const bool doubled = found == '"' && rest.starts_with('"');
    if (escapes || doubled) {
      if (field != nullptr) *field += rest.front();
      rest.remove_prefix(1);
    } else if (found == '\\') {
      if (field != nullptr) *field += found;
    } else {
      return true;
    }
  }
}

result<std::string> take_quoted(std::string_view& rest, const CsvDialect& dialect) {
  std::string field;
  if (!skip_quoted(rest, dialect, &field)) return refused("has a quote that is not closed");
  skip_blanks(rest, dialect);
  if (!rest.empty() && rest.front() != dialect.separator) {
    return refused("has something between a closing quote and the next separator");
  }
  return field;
}

/// Whether a quote inside a field without quotes is a quote: programs that write tabs seldom quote at all.
bool takes_lone_quotes(const CsvDialect& dialect) { return dialect.separator == '\t'; }

/// Whether two lone quotes only seem to stand around this: where a line breaks inside quotes, no other column
/// is there.
bool is_two_rows(std::string_view quoted, const CsvDialect& dialect) {
  return takes_lone_quotes(dialect) && quoted.find('\n') != kNone && quoted.find(dialect.separator) != kNone;
}

/// Bytes before the first separator or line end that no backslash escapes; all where there is none.
std::size_t size_of_escaped(std::string_view text, char separator) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != separator && text[size] != '\n')
    size += text[size] == '\\' ? 2 : 1;
  return std::min(size, text.size());
}

/// What a backslash and the letter stand for, if they do.
std::optional<char> escaped(char letter) {
  constexpr std::string_view kMeanings{"\t\n\r\b\f\v\0\x1a\\\t\n", kEscaped.size()};
  const std::size_t place = kEscaped.find(letter);
  return place == kNone ? std::nullopt : std::optional{kMeanings[place]};
}

std::string unescape(std::string_view field) {
  if (field == "\\N") return "";
  std::string text;
  while (!field.empty()) {
    const auto meant = field.front() == '\\' && field.size() > 1 ? escaped(field[1]) : std::nullopt;
    text += meant.value_or(field.front());
    field.remove_prefix(meant ? 2 : 1);
  }
  return text;
}

result<std::string> take_unquoted(std::string_view& rest, const CsvDialect& dialect) {
  const std::size_t end =
      dialect.escapes ? size_of_escaped(rest, dialect.separator) : rest.find(dialect.separator);
  const std::string_view field = rest.substr(0, end);
  if (field.find('"') != kNone && !takes_lone_quotes(dialect)) {
    return refused(
        "has a quote inside a field without quotes; put quotes around the field and double those in it");
  }
  rest.remove_prefix(field.size());
  if (dialect.escapes) return std::string{trim_blanks(unescape(field))};
  return std::string{trim_blanks(field)};
}

/// The first line of the text, without its end.
std::size_t line_size(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  return end > 0 && end < text.size() && text[end - 1] == '\r' ? end - 1 : end;
}

/// The field without quotes that is first in the text, without the end of its line.
std::size_t unquoted_size(std::string_view text, const CsvDialect& dialect) {
  if (!dialect.escapes) return std::min(text.find(dialect.separator), line_size(text));
  const std::size_t end = size_of_escaped(text, dialect.separator);
  const bool is_last = end == text.size() || text[end] == '\n';
  return is_last ? without_cr(text.substr(0, end)).size() : end;
}

}  // namespace

result<std::vector<std::string>> split_row(std::string_view row, const CsvDialect& dialect) {
  std::vector<std::string> fields;
  for (std::string_view rest = row;; rest.remove_prefix(1)) {
    skip_blanks(rest, dialect);
    const std::string_view before = rest;
    auto field = rest.starts_with('"') ? take_quoted(rest, dialect) : take_unquoted(rest, dialect);
    if (!field && takes_lone_quotes(dialect)) {
      rest = before;
      field = take_unquoted(rest, dialect);
    }
    if (!field) return field.error();
    fields.push_back(*std::move(field));
    if (rest.empty()) return fields;
  }
}

RowEnd find_row_end(std::string_view text, const CsvDialect& dialect) {
  const std::size_t first_line = line_size(text);
  // Mostly none of these is there at all.
  const std::string_view line = text.substr(0, first_line);
  const bool plain = line.find('"') == kNone && !(dialect.escapes && line.find('\\') != kNone);
  if (plain) return {first_line, RowEnd::Kind::line_end};
  for (std::string_view rest = text;; rest.remove_prefix(1)) {
    skip_blanks(rest, dialect);
    if (rest.starts_with('"')) {
      const std::string_view quoted = rest;
      if (!skip_quoted(rest, dialect, nullptr)) return {text.size(), RowEnd::Kind::open};
      if (is_two_rows(quoted.substr(0, quoted.size() - rest.size()), dialect))
        return {first_line, RowEnd::Kind::torn};
      skip_blanks(rest, dialect);
    } else {
      const std::size_t end = unquoted_size(rest, dialect);
      const bool stray = rest.substr(0, end).find('"') != kNone && !takes_lone_quotes(dialect);
      if (stray) return {first_line, RowEnd::Kind::torn};
      rest.remove_prefix(end);
    }
    const bool at_line_end =
        rest.empty() || rest.starts_with('\n') || rest.starts_with("\r\n") || rest == "\r";
    if (at_line_end) return {text.size() - rest.size(), RowEnd::Kind::line_end};
    if (rest.front() != dialect.separator) return {first_line, RowEnd::Kind::torn};
  }
}

}  // namespace curt::app
