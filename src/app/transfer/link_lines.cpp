#include "app/transfer/link_lines.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

#include "curt/api/request/object_reader.hpp"
#include "curt/base/json_string.hpp"
#include "curt/base/text.hpp"
#include "curt/base/utf8.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// More than any link can have spent, and far from where sums overflow.
constexpr std::int64_t kMostSpent = 1'000'000'000'000'000;

Error refused(std::string why) { return invalid_field("line", std::move(why)); }

void skip_blanks(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
}

/// Whether the text begins with a URL's scheme and its colon (RFC 3986, section 3.1). No code holds a colon.
bool begins_with_scheme(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view more = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  if (text.find_first_of(letters) != 0) return false;
  const std::size_t end = text.find_first_not_of(more);
  return end != kNone && text[end] == ':';
}

bool is_plain_url(std::string_view text) {
  return begins_with_scheme(text) || text.find("://") < std::min(text.find_first_of(",\""), text.size());
}

/// Takes a quoted field, whose opening quote comes first, and what separates it from the next.
result<std::string> take_quoted(std::string_view& rest) {
  std::string field;
  for (;;) {
    rest.remove_prefix(1);
    const std::size_t quote = rest.find('"');
    if (quote == kNone) return refused("has a quote that is not closed");
    field.append(rest.substr(0, quote));
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) break;
    field += '"';
  }
  skip_blanks(rest);
  if (!rest.empty() && rest.front() != ',')
    return refused("has something between a closing quote and the next comma");
  return field;
}

result<std::string> take_unquoted(std::string_view& rest) {
  const std::string_view field = rest.substr(0, rest.find(','));
  if (field.find('"') != kNone) {
    return refused(
        "has a quote inside a field without quotes; put quotes around the field and double those in it");
  }
  rest.remove_prefix(field.size());
  return std::string{trim_blanks(field)};
}

result<std::vector<std::string>> split_csv(std::string_view record) {
  std::vector<std::string> fields;
  for (std::string_view rest = record;; rest.remove_prefix(1)) {
    skip_blanks(rest);
    auto field = rest.starts_with('"') ? take_quoted(rest) : take_unquoted(rest);
    if (!field) return field.error();
    fields.push_back(*std::move(field));
    if (rest.empty()) return fields;
  }
}

/// Whether a line of these fields names columns and holds no link: no URL is as short as their names.
bool is_header(const std::vector<std::string>& fields) {
  const auto is_name = [](const std::string& field) {
    using boost::algorithm::iequals;
    return iequals(field, "code") || iequals(field, "url") || iequals(field, "title");
  };
  return fields.size() >= 2 && std::all_of(fields.begin(), fields.end(), is_name);
}

bool is_our_header(const std::vector<std::string>& fields) {
  using boost::algorithm::iequals;
  return iequals(fields[0], "code") && iequals(fields[1], "url") &&
         (fields.size() == 2 || (fields.size() == 3 && iequals(fields[2], "title")));
}

result<std::optional<LinkLine>> read_csv(std::string_view text) {
  auto fields = split_csv(text);
  if (!fields) return fields.error();
  if (is_header(*fields)) {
    if (is_our_header(*fields)) return std::optional<LinkLine>{};
    return refused("names the columns in another order than code,url[,title]");
  }
  if (fields->size() > 3) {
    return refused("has more than the fields code,url,title; put quotes around a field that holds a comma");
  }
  LinkLine line;
  if (fields->size() == 1) {
    line.draft.url = std::move(fields->front());
    return std::optional{std::move(line)};
  }
  if (!fields->front().empty()) line.draft.alias = std::move(fields->front());
  line.draft.url = std::move((*fields)[1]);
  if (fields->size() == 3) line.draft.title = std::move((*fields)[2]);
  return std::optional{std::move(line)};
}

/// What was spent of max_visits. To links without it other tools may mean anything by it.
void read_spent(api::ObjectReader& reader, LinkLine& line) {
  if (!line.draft.max_visits) return reader.ignore("spent");
  std::optional<std::int64_t> spent;
  reader.read("spent", spent);
  line.spent = spent.value_or(0);
  if (line.spent < 0 || line.spent > kMostSpent) {
    reader.refuse("spent", fmt::format("must be from 0 to {}", kMostSpent));
  }
}

void read_owner(api::ObjectReader& reader, LinkLine& line) {
  std::optional<std::string> owner;
  reader.read("owner", owner);
  if (!owner) return;
  line.owner = KeyId::parse(*owner);
  if (!line.owner) reader.refuse("owner", "is not the id of a key, which has 12 letters and digits");
}

result<std::optional<LinkLine>> read_json(std::string_view text) {
  auto reader = api::ObjectReader::parse(text);
  if (!reader) return reader.error();
  LinkLine line;
  std::optional<std::string> code;
  reader->require("url");
  reader->read("url", line.draft.url);
  reader->read("alias", line.draft.alias);
  reader->read("code", code);
  if (code && line.draft.alias && *code != *line.draft.alias)
    reader->refuse("alias", "is not the same as code");
  reader->read("title", line.draft.title);
  reader->read("tags", line.draft.tags);
  reader->read("redirect_status", line.draft.redirect_status);
  reader->read("forward_query", line.draft.forward_query);
  reader->read("enabled", line.draft.enabled);
  reader->read("created_at", line.created_at);
  reader->read("not_before", line.draft.not_before);
  reader->read("expires_at", line.draft.expires_at);
  reader->read("max_visits", line.draft.max_visits);
  read_spent(*reader, line);
  read_owner(*reader, line);
  for (const char* field : {"short_url", "updated_at", "version", "visits"}) reader->ignore(field);
  if (auto finished = reader->finish(); !finished) return finished.error();
  if (code) line.draft.alias = std::move(code);
  return std::optional{std::move(line)};
}

void append_csv_field(std::string& out, std::string_view field) {
  // What is trimmed or read as a quote or separator when it comes back needs quotes.
  const bool plain = field.find_first_of("\",\r\n") == kNone && field == trim_blanks(field);
  if (plain) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

result<std::optional<LinkLine>> read_link_line(std::string_view line) {
  const std::string_view text = trim_blanks(line);
  if (text.empty() || text.front() == '#') return std::optional<LinkLine>{};
  if (!is_utf8(text)) return refused("is not valid UTF-8");
  if (text.front() == '{') return read_json(text);
  if (!is_plain_url(text)) return read_csv(text);
  LinkLine plain;
  plain.draft.url = text;
  return std::optional{std::move(plain)};
}

result<links::ImportRow> to_import_row(const LinkLine& line, const links::LinkRules& rules, Timestamp now) {
  // Validated as of the link's own time, its end must lie behind its beginning, not in our future.
  Timestamp made = line.created_at.value_or(now);
  if (const auto& end = line.draft.expires_at; end && *end <= made) {
    if (line.created_at) return invalid_field("expires_at", "must be later than created_at");
    made = *end - std::chrono::milliseconds{1};
  }
  auto request = validate(line.draft, rules, made);
  if (!request) return request.error();
  request->link.spent = line.spent;
  request->link.owner = line.owner;
  return links::ImportRow{std::move(request->link), request->code_source};
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

std::string to_csv_line(const Link& link) {
  std::string line{link.code.view()};
  line += ',';
  append_csv_field(line, link.target.str());
  line += ',';
  if (link.title) append_csv_field(line, *link.title);
  return line;
}

}  // namespace curt::app
