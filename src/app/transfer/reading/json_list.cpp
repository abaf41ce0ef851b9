#include "app/transfer/reading/json_list.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "curt/base/text.hpp"

#include "app/transfer/reading/json/json_outline.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMostNames = 12;

std::size_t line_at(std::string_view text, std::size_t byte) {
  return 1 +
         static_cast<std::size_t>(std::count(text.begin(), text.begin() + std::min(byte, text.size()), '\n'));
}

Error refused(std::string why) { return invalid_field("document", std::move(why)); }

/// What the first document is, where it has no list of links.
std::string describe_root(const JsonOutline& outline) {
  if (outline.root == JsonOutline::Root::array) {
    return "is an array without an object that has a URL";
  }
  if (outline.root == JsonOutline::Root::scalar) return "is neither an object nor an array";
  if (outline.members.empty()) return "is an empty object";
  std::vector<std::string> names = outline.members;
  if (names.size() > kMostNames) {
    names.resize(kMostNames);
    names.emplace_back("...");
  }
  return fmt::format("is an object of {}, and none of these is a list of objects that have a URL",
                     fmt::join(names, ", "));
}

/// Whether a line that is, or begins, an object settles how links stand in the text; nothing where it does
/// not.
std::optional<JsonForm> form_by(const JsonOutline& line, std::string_view following) {
  const bool complete = line.outcome == JsonOutline::Outcome::complete;
  if (!line.names_its_url) {
    if (!complete || line.list) return JsonForm::documents;
    if (line.has_url) return JsonForm::lines;
    return std::nullopt;
  }
  // A line that was spoilt is one of many, if the next one begins as a line does.
  if (complete || trim_white_space(following).starts_with('{')) return JsonForm::lines;
  return JsonForm::documents;
}

}  // namespace

std::string JsonList::describe() const {
  if (root_is_link) return "each document";
  if (members.empty()) return "the elements of the document";
  return fmt::format("the elements of {}", fmt::join(members, "."));
}

JsonForm json_form_of(std::string_view head) {
  std::string_view rest = trim_white_space(head.substr(0, kJsonHead));
  if (!rest.starts_with('{')) return JsonForm::documents;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = trim_white_space(rest.substr(0, end));
    rest.remove_prefix(end == kNone ? rest.size() : end + 1);
    if (line.empty()) continue;
    const JsonOutline outline = outline_of(line, JsonOutline::Extent::whole);
    if (const auto form = form_by(outline, rest)) return *form;
  }
  return JsonForm::documents;
}

result<JsonList> find_json_list(std::string_view head) {
  const std::string_view text = head.substr(0, kJsonHead);
  const JsonOutline outline = outline_of(text, JsonOutline::Extent::first_document);
  if (outline.names_its_url) return JsonList{.root_is_link = true};
  if (outline.list) return JsonList{.members = *outline.list};
  if (outline.has_url) return JsonList{.root_is_link = true};
  if (outline.outcome == JsonOutline::Outcome::malformed) {
    return refused(fmt::format("line {} is not valid JSON", line_at(text, outline.stopped_at)));
  }
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  return refused(
      fmt::format("the document that begins in line {} {}", line_at(text, begin), describe_root(outline)));
}

}  // namespace curt::app
