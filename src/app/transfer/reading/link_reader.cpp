#include "app/transfer/reading/link_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "curt/base/json_string.hpp"
#include "curt/base/text.hpp"
#include "curt/base/utf8.hpp"

#include "app/transfer/reading/fields/json_members.hpp"
#include "app/transfer/reading/form/form_words.hpp"
#include "app/transfer/reading/form/lost_codes.hpp"
#include "app/transfer/reading/form/places.hpp"

namespace curt::app {
namespace {

/// Records of JSON that are read before the first is given, to know the members that they have.
constexpr std::size_t kAhead = 20;

constexpr std::string_view kNotUtf8 = "is not valid UTF-8; save the file as UTF-8, in Excel as \"CSV UTF-8\"";

/// The JSON on one line, so that a file of rejected records is NDJSON; as it is where it is none.
std::string on_one_line(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return std::string{text};
  const auto parsed = nlohmann::ordered_json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return std::string{text};
  return parsed.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// Says in the object what its name in the list says, so that it can stand for itself.
void name_code(std::string& object, const std::string& key) {
  auto parsed = nlohmann::ordered_json::parse(object, nullptr, false);
  if (!parsed.is_object()) return;
  parsed["code"] = key;
  object = parsed.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// Whether a "source" is no code, as beside a target, but where the link was made, or for whom.
bool is_lone_source(const JsonMember& member, const std::vector<JsonMember>& members) {
  if (plain_name(member.name) != "source") return false;
  return std::none_of(members.begin(), members.end(),
                      [](const JsonMember& other) { return is_beside_source(other.name); });
}

}  // namespace

LinkReader::LinkReader(DecodedInput& in, FormWishes wishes, Taking taking)
    : in_(in), wishes_(std::move(wishes)), taking_(std::move(taking)) {}

result<void> LinkReader::open() {
  const std::string_view head = in_.peek(kFormHead + 1);
  if (head.empty()) return {};
  // After a failure, the last line may be only the beginning of one.
  const bool whole = head.size() <= kFormHead && in_.failure().empty();
  auto form = settle_form(head.substr(0, kFormHead), whole, wishes_);
  if (!form) return form.error();
  form_ = *std::move(form);
  const bool has_version = std::any_of(
      form_.places.begin(), form_.places.end(),
      [](const Form::Place& place) { return place.meaning && place.meaning->column == Column::version; });
  // People's own tables may have curt's names too.
  taking_.literal = form_.kind != Form::Kind::table || (form_.own && has_version);
  if (form_.kind != Form::Kind::json) {
    text_.emplace(in_, form_.kind == Form::Kind::table ? std::optional{form_.dialect} : std::nullopt,
                  has_comments(form_));
    return {};
  }
  json_ = std::make_unique<JsonRecords>(in_, *form_.list);
  noting_ = true;
  while (ahead_.size() < kAhead) {
    auto record = read();
    if (!record) break;
    ahead_.push_back(*std::move(record));
  }
  noting_ = false;
  const bool own = std::all_of(form_.places.begin(), form_.places.end(),
                               [](const Form::Place& place) { return is_own_member(place.name); });
  if (own) take_as_own();
  if (auto settled = settle_members(form_, wishes_); !settled) return settled;
  return refuse_lost_codes();
}

/// Takes a document for one of curt's own, and the records that are read already.
void LinkReader::take_as_own() {
  form_.own = true;
  for (ReadRecord& record : ahead_) {
    if (record.raw.cut) continue;
    record.links.clear();
    record.refusal.clear();
    read_object(record, "");
  }
}

bool LinkReader::is_chosen(Column column) const {
  return std::any_of(wishes_.columns.begin(), wishes_.columns.end(),
                     [&](const ColumnChoice& choice) { return choice.column == column; });
}

/// Whether the first records of JSON have codes, or nothing that looks like one.
result<void> LinkReader::refuse_lost_codes() const {
  std::vector<std::string> objects;
  for (const ReadRecord& record : ahead_) {
    // The name of a member may be one.
    const bool has_code = std::any_of(record.links.begin(), record.links.end(),
                                      [](const LinkLine& link) { return link.draft.alias.has_value(); });
    if (has_code) return {};
    objects.push_back(record.raw.text);
  }
  return refuse_lost_members(form_, objects, wishes_);
}

const std::string& LinkReader::failure() const noexcept { return json_ ? json_->failure() : in_.failure(); }

std::string LinkReader::passed_over() const {
  if (!json_ || json_->passed_over().empty()) return "";
  std::string names;
  log::append_terminal_safe(names, fmt::format("{}", fmt::join(json_->passed_over(), ", ")));
  if (json_->passed_over().size() == JsonRecords::kMostPassedOver) names += " and maybe others";
  return fmt::format("the document has links in {}, too, which were passed over; take these out with jq",
                     names);
}

std::string LinkReader::early_failure() const {
  const bool any = text_ || (json_ && !ahead_.empty());
  return any ? "" : failure();
}

std::optional<ReadRecord> LinkReader::next() {
  if (ahead_.empty()) return read();
  ReadRecord record = std::move(ahead_.front());
  ahead_.pop_front();
  return record;
}

std::optional<ReadRecord> LinkReader::read() {
  if (json_) return read_json();
  if (!text_) return std::nullopt;
  for (;;) {
    auto raw = text_->next();
    if (!raw) return std::nullopt;
    ReadRecord record{.raw = *std::move(raw), .links = {}, .refusal = {}};
    if (!record.raw.cut && is_no_row(record.raw.text, form_)) continue;
    if (record.raw.cut) {
      record.refusal = "is longer than 65536 bytes";
    } else if (!is_utf8(record.raw.text)) {
      record.refusal = kNotUtf8;
    } else if (form_.kind == Form::Kind::table) {
      read_row(record);
    } else if (form_.kind == Form::Kind::json_lines) {
      read_object(record, "");
    } else {
      read_url(record);
    }
    return record;
  }
}

std::optional<ReadRecord> LinkReader::read_json() {
  auto found = json_->next();
  if (!found) return std::nullopt;
  ReadRecord record{
      .raw = {.line = found->line, .text = on_one_line(found->text)}, .links = {}, .refusal = {}};
  record.raw.cut = !found->refusal.empty();
  record.refusal = found->refusal;
  if (!record.refusal.empty()) return record;
  if (!is_utf8(record.raw.text)) {
    record.refusal = kNotUtf8;
    return record;
  }
  read_object(record, found->key);
  return record;
}

void LinkReader::read_url(ReadRecord& record) const {
  std::string_view text = trim_blanks(record.raw.text);
  Fields fields;
  if (text.starts_with('"')) {
    auto quoted = split_row(text, CsvDialect{});
    if (!quoted || quoted->size() != 1) {
      record.refusal = quoted ? "has more than a URL" : reason_of(quoted.error());
      return;
    }
    fields.offer({Column::url}, std::move(quoted->front()));
  } else if (!wishes_.urls && has_second_url(text)) {
    record.refusal = "has a second URL; put quotes around both if they are one";
    return;
  } else if (!wishes_.urls && form_.header.empty() && may_have_columns(text)) {
    record.refusal = "may be a URL or the row of a table; put quotes around it if it is a URL, or say --urls";
    return;
  } else {
    fields.offer({Column::url}, std::string{text});
  }
  take(fields, record);
}

void LinkReader::read_row(ReadRecord& record) const {
  auto row = split_row(record.raw.text, form_.dialect);
  if (!row) {
    record.refusal = reason_of(row.error());
    return;
  }
  while (row->size() > form_.places.size() && row->back().empty()) row->pop_back();
  if (row->size() > form_.places.size()) {
    record.refusal =
        fmt::format("has {} columns, and {} are known; put quotes around a field that holds one of its {}",
                    row->size(), form_.places.size(), plural_of(form_.dialect.separator));
    return;
  }
  Fields fields;
  for (std::size_t i = 0; i < row->size(); ++i) {
    if (const auto& meaning = form_.places[i].meaning) fields.offer(*meaning, std::move((*row)[i]));
  }
  take(fields, record);
}

void LinkReader::read_object(ReadRecord& record, const std::string& key) {
  auto members = read_members(record.raw.text);
  if (!members) {
    record.refusal = reason_of(members.error());
    return;
  }
  Fields fields;
  for (JsonMember& member : *members) {
    if (noting_) note(member.name);
    const auto meaning = meaning_of_member(member.name, wishes_);
    if (!meaning) {
      if (!form_.own || is_own_member(member.name)) continue;
      std::string name;
      log::append_terminal_safe(name, member.name);
      record.refusal = name + " is not a known field";
      return;
    }
    if (meaning->column == Column::owner && !form_.own && !is_chosen(Column::owner)) continue;
    if (meaning->column == Column::code && !is_chosen(Column::code) && is_lone_source(member, *members))
      continue;
    if (member.is_list) {
      fields.offer(*meaning, std::move(member.list));
    } else {
      fields.offer(*meaning, std::move(member.text));
    }
  }
  if (!key.empty() && fields.text(Column::code).empty() && fields.short_urls().empty() &&
      !is_chosen(Column::code)) {
    fields.offer({Column::code}, key);
    name_code(record.raw.text, key);
  }
  take(fields, record);
}

void LinkReader::take(const Fields& fields, ReadRecord& record) const {
  auto links = links_of(fields, taking_);
  if (links) {
    record.links = *std::move(links);
  } else {
    record.refusal = reason_of(links.error());
  }
}

void LinkReader::note(const std::string& name) {
  if (noted_.insert(name).second) form_.places.push_back({name, meaning_of_member(name, wishes_)});
}

}  // namespace curt::app
