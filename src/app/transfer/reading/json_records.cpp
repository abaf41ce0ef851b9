#include "app/transfer/reading/json_records.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "app/transfer/reading/json/json_outline.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kMostKey = std::size_t{16} * 1024;  // bytes

}  // namespace

JsonRecords::JsonRecords(DecodedInput& in, JsonList list) : scanner_(in), list_(std::move(list)) {}

std::optional<JsonRecord> JsonRecords::next() {
  while (failure_.empty()) {
    if (place_ == Place::in_list) {
      if (auto record = next_element()) return record;
    } else if (place_ == Place::in_object) {
      if (!next_member()) break;
    } else {
      if (!begin_document()) break;
      if (list_.root_is_link) return take_record({});
    }
  }
  return std::nullopt;
}

std::optional<JsonRecord> JsonRecords::take_record(std::string key) {
  using Outcome = JsonScanner::Outcome;
  (void)scanner_.next();
  JsonRecord record{.line = scanner_.line(), .key = std::move(key)};
  switch (scanner_.take(text_, {.bytes = kMaxRecord, .depth = kMaxDepth})) {
    case Outcome::taken:
      record.text = text_;
      return record;
    case Outcome::too_long:
      record.refusal = "is longer than 1 MiB";
      return record;
    case Outcome::too_deep:
      record.refusal = "is nested deeper than 64 levels";
      return record;
    case Outcome::failed:
      break;
  }
  accept(false);
  return std::nullopt;
}

/// Nothing at the end of the list, too, which is left then.
std::optional<JsonRecord> JsonRecords::next_element() {
  if (!step_to_element(list_is_object_ ? '}' : ']')) {
    if (failure_.empty()) leave(list_.members.size());
    return std::nullopt;
  }
  std::string key;
  if (list_is_object_ && !take_key(key)) return std::nullopt;
  return take_record(std::move(key));
}

bool JsonRecords::begin_document() {
  (void)scanner_.next();
  scanner_.skip_mark();
  const char first = scanner_.next();
  if (first != '{' && first != '[') {
    if (scanner_.at_end()) {
      failure_ = scanner_.read_failure();
      return false;
    }
    return fail(scanner_.unexpected("a document that begins with { or ["));
  }
  document_line_ = scanner_.line();
  list_seen_ = false;
  return list_.root_is_link || enter(0);
}

bool JsonRecords::next_member() {
  if (!step_to_element('}')) {
    if (failure_.empty()) leave(level_);
    return failure_.empty();
  }
  std::string key;
  if (!take_key(key)) return false;
  return key == list_.members[level_] ? enter(level_ + 1) : pass_over(key);
}

/// Steps over the member of this name that is next, and notes where it has links too.
bool JsonRecords::pass_over(const std::string& key) {
  const char first = scanner_.next();
  if ((first != '[' && first != '{') || passed_over_.size() == kMostPassedOver)
    return accept(scanner_.skip());
  if (scanner_.take(text_, {.bytes = kJsonHead, .depth = kMaxDepth}) == JsonScanner::Outcome::failed) {
    return accept(false);
  }
  // Of objects, many have a link that is no short one: of a person, of the next page.
  const JsonOutline outline = outline_of(text_, JsonOutline::Extent::first_document);
  if (!outline.list || !outline.list_is_array) return true;
  std::vector<std::string> way{list_.members.begin(),
                               list_.members.begin() + static_cast<std::ptrdiff_t>(level_)};
  way.push_back(key);
  way.insert(way.end(), outline.list->begin(), outline.list->end());
  std::string name = fmt::format("{}", fmt::join(way, "."));
  if (std::ranges::find(passed_over_, name) == passed_over_.end()) passed_over_.push_back(std::move(name));
  return true;
}

/// Enters the value that is next, to which `level` members of the way lead.
bool JsonRecords::enter(std::size_t level) {
  const char first = scanner_.next();
  if (level < list_.members.size()) {
    if (first != '{') return accept(scanner_.skip()) && (level > 0 || fail(missing_list()));
    scanner_.step();
    level_ = level;
    at_first_ = true;
    place_ = Place::in_object;
    return true;
  }
  if (first == '{' || first == '[') {
    scanner_.step();
    list_is_object_ = first == '{';
    list_seen_ = true;
    at_first_ = true;
    place_ = Place::in_list;
    return true;
  }
  // Some write an empty list as null.
  if (first != 'n') return fail(scanner_.unexpected("a list of links"));
  list_seen_ = true;
  return accept(scanner_.skip());
}

/// Leaves the object or list to which `level` members of the way lead.
void JsonRecords::leave(std::size_t level) {
  if (level > 0) {
    level_ = level - 1;
    at_first_ = false;
    place_ = Place::in_object;
    return;
  }
  place_ = Place::between_documents;
  if (!list_seen_) fail(missing_list());
}

std::string JsonRecords::missing_list() const {
  return fmt::format("the document that begins in line {} does not have {}", document_line_,
                     list_.describe());
}

/// Steps over the comma before an element, or over the bracket that closes: then false, without a failure.
bool JsonRecords::step_to_element(char closing) {
  const char found = scanner_.next();
  if (found == closing) {
    scanner_.step();
    return false;
  }
  if (at_first_) {
    at_first_ = false;
    return !scanner_.at_end() || fail(scanner_.unexpected(std::string_view{&closing, 1}));
  }
  if (found != ',') return fail(scanner_.unexpected(fmt::format("a comma or {}", closing)));
  scanner_.step();
  const char after = scanner_.next();
  if (after == closing) return fail(scanner_.unexpected("something after the comma"));
  return true;
}

bool JsonRecords::take_key(std::string& key) {
  if (scanner_.next() != '"') return fail(scanner_.unexpected("the name of a member in quotes"));
  const std::uint64_t line = scanner_.line();
  switch (scanner_.take(key, {.bytes = kMostKey, .depth = 1})) {
    case JsonScanner::Outcome::taken:
      break;
    case JsonScanner::Outcome::failed:
      return accept(false);
    default:
      return fail(fmt::format("line {}: the name of a member is longer than 16 KiB", line));
  }
  if (key.find('\\') == std::string::npos) {
    key = key.substr(1, key.size() - 2);
  } else {
    const auto parsed = nlohmann::json::parse(key, nullptr, false);
    if (!parsed.is_string()) return fail(fmt::format("line {}: the name of a member is not valid", line));
    key = parsed.get<std::string>();
  }
  if (scanner_.next() != ':') return fail(scanner_.unexpected("a colon"));
  scanner_.step();
  return true;
}

/// Makes the scanner's failure this one's.
bool JsonRecords::accept(bool taken) { return taken || fail(scanner_.failure()); }

bool JsonRecords::fail(std::string why) {
  failure_ = std::move(why);
  return false;
}

}  // namespace curt::app
