#include "app/transfer/reading/fields/link_line.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "curt/base/json_string.hpp"
#include "curt/domain/short_code.hpp"

namespace curt::app {

result<links::ImportRow> to_import_row(const LinkLine& line, const links::LinkRules& rules, Timestamp now) {
  // Validated as of the link's own time. One that was over before it was made, as other software lets it be,
  // is made just before its end, and stays over.
  Timestamp made = line.created_at.value_or(now);
  if (const auto& end = line.draft.expires_at; end && *end <= made)
    made = *end - std::chrono::milliseconds{1};
  auto request = validate(line.draft, rules, made);
  if (!request) return request.error();
  links::NewLink& link = request->link;
  link.spent = line.spent;
  link.owner = line.owner;
  link.version = line.version;
  if (line.updated_at) link.updated_at = std::max(*line.updated_at, link.created_at);
  return links::ImportRow{std::move(link), request->code_source, line.humans, line.bots};
}

bool wants_reserved_code(const LinkLine& line, const links::LinkRules& rules) {
  const auto code = ShortCode::parse_imported(line.draft.alias.value_or(""));
  return code && rules.is_reserved(*code);
}

std::string reason_of(const Error& error) {
  std::string text;
  for (const FieldError& wrong : error.fields) {
    if (!text.empty()) text += "; ";
    text += wrong.field == "alias" ? "code" : wrong.field;
    text += ' ' + wrong.message;
  }
  if (error.fields.empty()) {
    text = error.detail;
    if (text.starts_with("The body")) text.replace(0, std::string_view{"The body"}.size(), "the line");
  }
  std::string printable;
  log::append_terminal_safe(printable, text);
  return printable;
}

}  // namespace curt::app
