#include "app/transfer/reading/form/form.hpp"

#include <algorithm>
#include <array>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "curt/base/text.hpp"

#include "app/transfer/reading/fields/json_members.hpp"
#include "app/transfer/reading/form/backslash_escapes.hpp"
#include "app/transfer/reading/form/form_words.hpp"
#include "app/transfer/reading/form/head_rows.hpp"
#include "app/transfer/reading/form/lost_codes.hpp"
#include "app/transfer/reading/form/places.hpp"
#include "app/transfer/reading/form/table_form.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMostNames = 20;  ///< are told that are left out

/// Names that a link as the API shows it has beside its own columns.
constexpr std::array<std::string_view, 9> kOwnBeside{"alias",         "short_url",   "blocked",
                                                     "warnings",      "visits",      "visits.total",
                                                     "visits.humans", "visits.bots", "visits.imported"};

bool begins_with(std::string_view text, std::string_view word) {
  return boost::algorithm::istarts_with(text, word);
}

/// What the text is, if it is nothing to import.
std::string_view foreign_kind(std::string_view text) {
  for (const std::string_view word : {"-- ", "--\n", "/*", "CREATE TABLE", "INSERT INTO", "SET ", "BEGIN;",
                                      "BEGIN TRANSACTION", "PRAGMA "}) {
    if (begins_with(text, word)) return "SQL: export the table of links as CSV instead";
  }
  if (begins_with(text, "<?xml")) return "XML, which curt does not read";
  if (text.starts_with('<')) return "HTML: export the links as CSV or JSON instead";
  return "";
}

void add_places(std::string_view object, const FormWishes& wishes, Form& form) {
  const auto members = read_members(object);
  if (!members) return;
  for (const JsonMember& member : *members) {
    const auto seen = std::find_if(form.places.begin(), form.places.end(),
                                   [&](const Form::Place& place) { return place.name == member.name; });
    if (seen == form.places.end())
      form.places.push_back({member.name, meaning_of_member(member.name, wishes)});
  }
}

bool names_foreign_member(const ColumnChoice& choice) {
  return !choice.name.empty() && !is_own_member(choice.name);
}

/// NDJSON is curt's own where its first object has no name that only others have, so that a misspelt one is a
/// mistake.
bool is_own_line(std::string_view line) {
  const auto members = read_members(line);
  if (!members) return true;
  return std::all_of(members->begin(), members->end(), [](const JsonMember& member) {
    return is_own_member(member.name) || !meaning_of(member.name);
  });
}

result<Form> settle_json(std::string_view head, bool whole, const FormWishes& wishes) {
  for (const ColumnChoice& choice : wishes.columns) {
    if (choice.number == 0) continue;
    return unsettled(fmt::format("--map says {}={}, and members of JSON have names, not numbers",
                                 name_of(choice.column), choice.number),
                     fmt::format("Give the name instead: --map {}=NAME", name_of(choice.column)));
  }
  Form form;
  // Documents have no comments.
  if (json_form_of(head) == JsonForm::lines || trim_white_space(head).starts_with('#')) {
    form.kind = Form::Kind::json_lines;
    const auto rows = rows_of(head, whole, std::nullopt);
    form.own =
        std::none_of(wishes.columns.begin(), wishes.columns.end(), names_foreign_member) &&
        std::all_of(rows.begin(), rows.end(), [](const HeadRow& row) { return is_own_line(row.text); });
    std::vector<std::string> objects;
    for (const HeadRow& row : rows) {
      add_places(row.text, wishes, form);
      objects.push_back(row.text);
    }
    if (auto settled = settle_members(form, wishes); !settled) return settled.error();
    if (form.own) return form;
    if (auto kept = refuse_lost_members(form, objects, wishes); !kept) return kept.error();
    return form;
  }
  form.kind = Form::Kind::json;
  auto list = find_json_list(head);
  if (!list) return unsettled(list.error().fields.front().message, "");
  form.list = *std::move(list);
  return form;
}

/// Whether the line is one that RejectedLines writes.
bool is_own_comment(std::string_view line) {
  constexpr std::string_view kReason = "# line ";
  constexpr std::string_view kDigits = "0123456789";
  if (line.starts_with("# it begins with ") || line == kEscapesComment) return true;
  return line.starts_with(kReason) && line.find_first_of(kDigits) == kReason.size();
}

/// The text from its first line on that is neither blank nor a comment.
std::string_view after_comments(std::string_view text) {
  for (text = trim_white_space(text); text.starts_with('#'); text = trim_white_space(text)) {
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
  return text;
}

std::string columns_of(const Form& form) {
  std::string text;
  for (std::size_t i = 0; i < form.places.size(); ++i) {
    const Form::Place& place = form.places[i];
    if (!place.meaning) continue;
    const std::string name = place.name.empty() ? "" : fmt::format(" \"{}\"", shown(place.name));
    const std::string_view column = name_of(place.meaning->column);
    if (form.kind == Form::Kind::table) {
      text += fmt::format("  column {}{}: {}\n", i + 1, name, column);
    } else {
      text += fmt::format("  {}: {}\n", name.substr(1), column);
    }
  }
  return text;
}

}  // namespace

bool is_own_member(std::string_view name) {
  return std::find(kOwnBeside.begin(), kOwnBeside.end(), name) != kOwnBeside.end() ||
         are_own_names({{std::string{name}, {}}});
}

result<Form> settle_form(std::string_view head, bool whole, const FormWishes& wishes) {
  const std::string_view text = trim_white_space(head);
  if (text.empty()) return Form{};
  const std::string_view links = after_comments(text);
  const bool json = links.starts_with('{') || links.starts_with('[');
  if (json && !wishes.urls) return settle_json(head, whole, wishes);
  if (text.find('\r') != kNone && text.find('\n') == kNone) {
    return unsettled("its lines end with CR alone, as on old Macintoshes", "Save it with LF or CRLF");
  }
  if (wishes.urls) return Form{};
  if (const std::string_view kind = foreign_kind(text); !kind.empty())
    return unsettled(fmt::format("it is {}", kind), "");
  auto with_header = form_with_header(head, whole, wishes);
  if (!with_header) return with_header.error();
  if (*with_header) return **std::move(with_header);
  return wishes.columns.empty() ? form_without_header(head, whole) : form_by_number(head, whole, wishes);
}

std::optional<NameMeaning> meaning_of_member(std::string_view name, const FormWishes& wishes) {
  auto meaning = meaning_of(name);
  for (const ColumnChoice& choice : wishes.columns) {
    if (!choice.name.empty() && plain_name(choice.name) == plain_name(name))
      return NameMeaning{choice.column};
    if (meaning && is_replaced(meaning->column, choice)) meaning.reset();
  }
  return meaning;
}

bool has_comments(const Form& form) {
  if (form.kind != Form::Kind::table) return true;
  const auto& first = form.places.front().meaning;
  return first && first->column != Column::title && first->column != Column::tags;
}

bool is_no_row(std::string_view record, const Form& form) {
  if (is_blank(record)) return true;
  if (!form.header.empty() && record == form.header) return true;
  if (form.kind == Form::Kind::json) return false;
  return has_comments(form) ? is_blank_or_comment(record) : is_own_comment(record);
}

std::string rejects_head(const Form& form) {
  std::string head;
  if (form.dialect.escapes) head = kEscapesComment;
  if (!head.empty() && !form.header.empty()) head += '\n';
  return head + form.header;
}

std::string names_left_out(const Form& form) {
  std::vector<std::string> names;
  std::size_t more = 0;
  for (const Form::Place& place : form.places) {
    if (place.meaning || place.name.empty() || form.own) continue;
    if (names.size() == kMostNames) {
      ++more;
    } else {
      names.push_back(shown(place.name));
    }
  }
  if (more > 0) names.push_back(fmt::format("and {} more", more));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string describe(const Form& form) {
  std::string text;
  switch (form.kind) {
    case Form::Kind::urls:
      text = "one URL a line\n";
      break;
    case Form::Kind::table:
      text = fmt::format("a table with {} between its columns{}{}\n", plural_of(form.dialect.separator),
                         form.dialect.escapes ? ", and backslashes that escape, as MySQL writes it" : "",
                         form.header.empty() ? ", without a line that names them" : "");
      break;
    case Form::Kind::json_lines:
      text = form.own ? "links as curt exports them, one JSON object a line\n" : "one JSON object a line\n";
      break;
    case Form::Kind::json:
      text = fmt::format("JSON, whose links are {}\n", form.list->describe());
      break;
  }
  if (!(form.kind == Form::Kind::json_lines && form.own)) text += columns_of(form);
  const std::string left_out = names_left_out(form);
  if (!left_out.empty()) text += fmt::format("  left out: {}\n", left_out);
  return text;
}

}  // namespace curt::app
