#include "app/transfer/writing/link_csv.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "curt/api/links/link_json.hpp"
#include "curt/base/json_string.hpp"
#include "curt/base/text.hpp"

#include "app/transfer/writing/spreadsheet_text.hpp"

namespace curt::app {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view line_end(CsvUse use) { return use == CsvUse::to_look_at ? "\r\n" : "\n"; }

void append_field(std::string& out, std::string_view field) {
  // What is trimmed or read as a quote or separator when it comes back needs quotes.
  const bool plain = field.find_first_of("\",\r\n") == std::string_view::npos && field == trim_blanks(field);
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

std::string text_of(const std::vector<std::string>& tags) {
  const bool joined = std::none_of(tags.begin(), tags.end(), [](const std::string& tag) {
    return tag.find_first_of("|,;[") != std::string::npos;
  });
  std::string text = joined ? "" : "[";
  for (const std::string& tag : tags) {
    if (&tag != &tags.front()) text += joined ? '|' : ',';
    if (joined) {
      text += tag;
    } else {
      log::append_json_string(text, tag);
    }
  }
  if (!joined) text += ']';
  return text;
}

/// Writes the fields of one line.
class Line {
 public:
  Line(std::string& out, CsvUse use) : out_(out), use_(use) {}

  void text(std::string_view field) {
    begin_field();
    if (use_ == CsvUse::to_look_at) {
      append_field(out_, disarmed(field));
    } else {
      append_field(out_, field);
    }
  }

  void nothing() { begin_field(); }

  template <class Number>
  void number(Number number) {
    begin_field();
    const fmt::format_int digits{number};
    out_.append(digits.data(), digits.size());
  }

  void number(const std::optional<std::int64_t>& number) {
    if (!number) return nothing();
    this->number(*number);
  }

  void flag(bool truth) {
    begin_field();
    out_ += truth ? "true" : "false";
  }

  void time(const std::optional<Timestamp>& time) {
    begin_field();
    if (time) out_ += to_rfc3339(*time);
  }

  void end() {
    if (use_ == CsvUse::to_look_at) nothing();  // kSpreadsheetColumn
    out_ += line_end(use_);
  }

 private:
  void begin_field() {
    if (any_) out_ += ',';
    any_ = true;
  }

  std::string& out_;
  CsvUse use_;
  bool any_ = false;
};

}  // namespace

void append_csv_header(std::string& out, CsvUse use) {
  if (use == CsvUse::to_look_at) out += kByteOrderMark;
  out += kCsvColumns;
  if (use == CsvUse::to_look_at) out.append(",").append(kSpreadsheetColumn);
  out += line_end(use);
}

void append_csv_line(std::string& out, const Link& link, const visits::VisitTotals& visits, CsvUse use) {
  const LinkSettings& settings = link.settings;
  Line line{out, use};
  line.text(link.code.view());
  line.text(link.target.str());
  line.text(link.title.value_or(""));
  line.text(text_of(link.tags));
  line.number(static_cast<std::int64_t>(settings.redirect_status));
  line.flag(settings.forward_query);
  line.flag(settings.enabled);
  line.time(link.created_at);
  line.time(link.updated_at);
  line.time(settings.not_before);
  line.time(settings.expires_at);
  line.number(settings.max_visits);
  if (api::tells_spent(link)) {
    line.number(link.spent);
  } else {
    line.nothing();
  }
  line.number(link.version);
  line.text(link.owner ? link.owner->view() : std::string_view{});
  line.number(visits.humans);
  line.number(visits.bots);
  line.end();
}

}  // namespace curt::app
