#include "app/transfer/reading/form/table_form.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "curt/base/text.hpp"
#include "curt/domain/short_code.hpp"

#include "app/transfer/reading/form/backslash_escapes.hpp"
#include "app/transfer/reading/form/form_words.hpp"
#include "app/transfer/reading/form/head_rows.hpp"
#include "app/transfer/reading/form/lost_codes.hpp"
#include "app/transfer/reading/form/places.hpp"
#include "app/transfer/writing/link_csv.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::array kSeparators{',', ';', '\t'};

using Row = std::vector<std::string>;

/// The fields of a row; none where its quotes are not those of a table.
Row fields_of(std::string_view row, const CsvDialect& dialect) {
  auto fields = split_row(row, dialect);
  return fields ? *std::move(fields) : Row{};
}

bool has_url(const Row& row) {
  return std::any_of(row.begin(), row.end(), [](const std::string& field) { return is_url(field); });
}

/// How many fields a row has without those that are empty after the first `columns`.
std::size_t size_of(const Row& row, std::size_t columns) {
  std::size_t size = row.size();
  while (size > columns && row[size - 1].empty()) --size;
  return size;
}

/// How many rows cannot be read as having at most so many columns.
std::size_t bad_rows(const std::vector<HeadRow>& rows, const CsvDialect& dialect, std::size_t columns) {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const HeadRow& row) {
    const Row fields = fields_of(row.text, dialect);
    return fields.empty() || size_of(fields, columns) > columns;
  }));
}

bool has_escapes(char separator, std::string_view head, bool whole) {
  return separator == '\t' && has_backslash_escapes(head, whole);
}

/// The dialect with this separator in which more rows are as the first one says.
CsvDialect dialect_with(char separator, std::string_view head, bool whole, std::size_t columns) {
  const bool escapes = has_escapes(separator, head, whole);
  const CsvDialect plain{separator, false, escapes};
  const CsvDialect backslashes{separator, true, escapes};
  const std::size_t bad = bad_rows(rows_of(head, whole, plain), plain, columns);
  if (bad == 0) return plain;
  return bad_rows(rows_of(head, whole, backslashes), backslashes, columns) < bad ? backslashes : plain;
}

bool has_url_at(const Row& row, std::size_t number) {
  return row.size() >= number && is_url(row[number - 1]);
}

/// The dialect in which the most rows have a URL in the column of this number.
struct Fit {
  CsvDialect dialect;
  std::vector<HeadRow> rows;
  std::size_t urls = 0;
};

Fit best_fit(std::string_view head, bool whole, std::size_t number) {
  Fit best;
  for (const char separator : kSeparators) {
    const bool escapes = has_escapes(separator, head, whole);
    for (const bool backslashes : {false, true}) {
      Fit fit{{separator, backslashes, escapes}, {}, 0};
      fit.rows = rows_of(head, whole, fit.dialect);
      fit.urls =
          static_cast<std::size_t>(std::count_if(fit.rows.begin(), fit.rows.end(), [&](const HeadRow& row) {
            return has_url_at(fields_of(row.text, fit.dialect), number);
          }));
      if (fit.urls > best.urls) best = std::move(fit);
    }
  }
  return best;
}

/// Whether the first row names the column: a URL without its scheme would be the target of a link.
bool is_name_at(const Row& row, std::size_t number) {
  return row.size() >= number && !row[number - 1].empty() && row[number - 1].find_first_of("./:") == kNone;
}

/// The number of the last column that the user chose, as far as any row has it; the first row may be a short
/// one.
std::size_t columns_chosen(const FormWishes& wishes, const Fit& fit) {
  std::size_t most = 0;
  for (const HeadRow& row : fit.rows) most = std::max(most, fields_of(row.text, fit.dialect).size());
  std::size_t last = 0;
  for (const ColumnChoice& choice : wishes.columns) {
    if (choice.number <= most) last = std::max(last, choice.number);
  }
  return last;
}

/// Whether a row can be code, URL and title.
bool is_code_and_url(const Row& row) {
  if (row.size() < 2 || size_of(row, 2) > 3) return false;
  const bool code = row[0].empty() || ShortCode::parse_imported(row[0]).has_value();
  return code && is_url(row[1]) && (row.size() < 3 || !is_url(row[2]));
}

/// The URL that a line is; nothing for one that may be more than that.
bool is_plain_url(std::string_view line) {
  std::string_view text = trim_blanks(line);
  Row quoted;
  if (text.starts_with('"')) {
    quoted = fields_of(text, CsvDialect{});
    if (quoted.size() != 1) return false;
    return is_url(quoted[0]);
  }
  if (!is_url(text) || text.find_first_of(" \t\"") != kNone) return false;
  return !has_second_url(text);
}

/// Whether the third column of the row, where others have two, may be the end of a URL that holds the
/// separator.
bool may_be_cut_url(const HeadRow& row, const Row& fields, char separator) {
  return separator != '\t' && fields.size() == 3 && !fields[2].empty() && fields[2].find(' ') == kNone &&
         row.text.find('"') == kNone;
}

/// The rows are code, URL and perhaps a title.
result<Form> table_of_code_and_url(const std::vector<HeadRow>& rows, const CsvDialect& dialect) {
  const HeadRow* two = nullptr;
  const HeadRow* cut = nullptr;
  std::size_t columns = 2;
  for (const HeadRow& row : rows) {
    const Row fields = fields_of(row.text, dialect);
    if (two == nullptr && fields.size() == 2) two = &row;
    if (cut == nullptr && may_be_cut_url(row, fields, dialect.separator)) cut = &row;
    columns = std::clamp<std::size_t>(fields.size(), columns, 3);
  }
  if (two != nullptr && cut != nullptr) {
    return unsettled(
        fmt::format("line {} has two columns and line {} has three, so that what comes last may be a title "
                    "or belong to "
                    "the URL: {}",
                    two->line, cut->line, shown(cut->text)),
        "Put quotes around the URL if it does, or a line with the names above the first: code,url,title");
  }
  // One comma in each URL, as in coordinates.
  const bool numbers = !rows.empty() && std::all_of(rows.begin(), rows.end(), [&](const HeadRow& row) {
    const Row fields = fields_of(row.text, dialect);
    return may_be_cut_url(row, fields, dialect.separator) &&
           fields[2].find_first_not_of("0123456789.-") == kNone;
  });
  if (numbers) {
    return unsettled(
        fmt::format("line {} has a number that may be a title or belong to the URL: {}", rows.front().line,
                    shown(rows.front().text)),
        "Put quotes around the URL if it does, or a line with the names above the first: code,url,title");
  }
  constexpr std::array kOrder{Column::code, Column::url, Column::title};
  Form form;
  form.kind = Form::Kind::table;
  form.dialect = dialect;
  for (std::size_t i = 0; i < columns; ++i) form.places.push_back({"", NameMeaning{kOrder.at(i)}});
  return form;
}

/// The separator that the line has most of, if any.
std::optional<char> likely_separator(std::string_view line) {
  const auto count = [&](char separator) { return std::count(line.begin(), line.end(), separator); };
  const auto* const most = std::max_element(kSeparators.begin(), kSeparators.end(),
                                            [&](char a, char b) { return count(a) < count(b); });
  if (count(*most) == 0) return std::nullopt;
  return *most;
}

/// Why a row is not understood, and what to do.
Error explain(const HeadRow& row) {
  const auto separator = likely_separator(row.text);
  if (!separator) return neither_url_nor_row(row.line, row.text);
  return not_understood(row.line, fields_of(row.text, CsvDialect{*separator}), *separator, row.text);
}

}  // namespace

result<std::optional<Form>> form_with_header(std::string_view head, bool whole, const FormWishes& wishes) {
  std::size_t most = 0;
  std::uint64_t line = 0;
  std::optional<Form> best;
  for (const char separator : kSeparators) {
    const auto rows = rows_of(head, whole, CsvDialect{separator});
    if (rows.empty()) return std::optional<Form>{};
    const Row names = fields_of(rows.front().text, CsvDialect{separator});
    const std::size_t known = known_names(names, wishes);
    if (known <= most || has_url(names)) continue;
    most = known;
    line = rows.front().line;
    best.emplace();
    best->kind = Form::Kind::table;
    best->dialect.separator = separator;
    best->header = rows.front().text;
    best->places.clear();
    for (const std::string& name : names) best->places.push_back({name, {}});
  }
  if (!best) return std::optional<Form>{};
  const bool to_look_at = std::any_of(best->places.begin(), best->places.end(), [](const Form::Place& place) {
    return place.name == kSpreadsheetColumn;
  });
  if (to_look_at) {
    return unsettled(
        "it was written by curt export --for-spreadsheets, to be looked at: its texts are changed",
        "Export again without that");
  }
  if (auto placed = settle_places(*best, wishes); !placed) {
    return unsettled(fmt::format("line {} names columns: {}", line, placed.error().detail), "");
  }
  best->dialect = dialect_with(best->dialect.separator, head, whole, best->places.size());
  auto rows = rows_of(head, whole, best->dialect);
  std::erase_if(rows, [&](const HeadRow& row) { return row.text == best->header; });
  if (auto kept = refuse_lost_codes(*best, rows, wishes); !kept) return kept.error();
  // Under the name of one column stand URLs as they are, commas and all.
  const bool only_urls = best->places.size() == 1 && best->dialect.separator == ',';
  if (only_urls) best->kind = Form::Kind::urls;
  return best;
}

result<Form> form_by_number(std::string_view head, bool whole, const FormWishes& wishes) {
  const auto url = std::find_if(wishes.columns.begin(), wishes.columns.end(),
                                [](const ColumnChoice& choice) { return choice.column == Column::url; });
  if (url == wishes.columns.end() || (url->number == 0 && url->name.empty())) {
    return unsettled("no line names the columns, and --map does not say where links lead",
                     "Add url=NUMBER to it");
  }
  if (url->number == 0) {
    return unsettled(fmt::format("no line names a column \"{}\"", url->name),
                     "Give its number instead, as in --map url=2");
  }
  const Fit fit = best_fit(head, whole, url->number);
  if (fit.urls == 0)
    return unsettled(fmt::format("no line has a URL in column {}", url->number), "Look at --map");
  Form form;
  form.kind = Form::Kind::table;
  form.dialect = fit.dialect;
  Row first = fields_of(fit.rows.front().text, fit.dialect);
  const bool has_header = is_name_at(first, url->number);
  if (has_header) form.header = fit.rows.front().text;
  first.resize(std::max(first.size(), columns_chosen(wishes, fit)));
  for (const std::string& field : first) form.places.push_back({has_header ? field : "", {}});
  auto placed = settle_chosen_places(form, wishes);
  if (!placed) return placed.error();
  return form;
}

result<Form> form_without_header(std::string_view head, bool whole) {
  const auto lines = rows_of(head, whole, std::nullopt);
  const auto not_plain = std::find_if_not(lines.begin(), lines.end(),
                                          [](const HeadRow& line) { return is_plain_url(line.text); });
  if (not_plain == lines.end()) {
    const auto unsure = std::find_if(lines.begin(), lines.end(),
                                     [](const HeadRow& line) { return may_have_columns(line.text); });
    if (unsure != lines.end()) return urls_or_table(unsure->line, unsure->text);
    if (lines.empty() && !whole) {
      return unsettled("its first 64 KiB are blank lines and comments", "Take them away");
    }
    return Form{};
  }
  // A line that is a URL and one that is not are no table.
  if (not_plain != lines.begin()) return explain(*not_plain);
  std::optional<HeadRow> misfit;
  for (const char separator : kSeparators) {
    const CsvDialect dialect{separator, false, has_escapes(separator, head, whole)};
    const auto rows = rows_of(head, whole, dialect);
    const auto unfit = std::find_if_not(rows.begin(), rows.end(), [&](const HeadRow& row) {
      return is_code_and_url(fields_of(row.text, dialect));
    });
    if (unfit == rows.end()) return table_of_code_and_url(rows, dialect);
    // Where the first rows are as they should be, the one that is not tells more.
    if (!misfit || unfit != rows.begin()) misfit = *unfit;
  }
  return explain(misfit.value_or(lines.front()));
}

}  // namespace curt::app
