#include "app/transfer/reading/form/lost_codes.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "curt/domain/short_code.hpp"

#include "app/transfer/reading/fields/fields.hpp"
#include "app/transfer/reading/fields/json_members.hpp"
#include "app/transfer/reading/form/form_words.hpp"

namespace curt::app {
namespace {

/// Whether the place is known to hold codes.
bool holds_codes(const Form::Place& place) {
  if (!place.meaning) return false;
  const bool short_url = place.meaning->column == Column::short_url && !place.meaning->only_urls;
  return place.meaning->column == Column::code || short_url;
}

/// Whether the place may hold codes after all: it has a name that nobody knows, or one that some give to a
/// code, such as "name" and "id".
bool may_hold_codes(const Form::Place& place) {
  if (!place.meaning) return !place.name.empty();
  return place.meaning->only_urls || (place.meaning->column == Column::title && place.meaning->rank > 0);
}

bool has_letter(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c & 0x80) != 0 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

using Rows = std::vector<std::vector<std::string>>;

/// Whether the field is a code, or a short URL, in each of the rows, and each time another one. Numbers and
/// dates alone are none.
bool are_codes(const Rows& rows, std::size_t field) {
  std::set<std::string> seen;
  bool letters = false;
  for (const std::vector<std::string>& row : rows) {
    if (field >= row.size() || row[field].empty()) return false;
    const auto code = code_of_short_url(row[field]);
    if (!code || !ShortCode::parse_imported(*code) || !seen.insert(*code).second) return false;
    letters = letters || has_letter(*code);
  }
  return letters;
}

/// `rows` are what stands at the places of the form.
result<void> refuse(const Form& form, const Rows& rows) {
  for (std::size_t i = 0; i < form.places.size(); ++i) {
    if (!may_hold_codes(form.places[i]) || !are_codes(rows, i)) continue;
    const std::string name = shown(form.places[i].name);
    const std::string where = form.kind == Form::Kind::table ? fmt::format("{}", i + 1) : name;
    return unsettled(
        fmt::format("nothing is known to hold codes, and \"{}\" looks as if it did: {}", name,
                    shown(rows.front()[i])),
        fmt::format("Say --map code={} if it does, or --map code=none to give all links new codes", where));
  }
  return {};
}

bool are_settled(const Form& form, const FormWishes& wishes) {
  const bool chosen =
      std::any_of(wishes.columns.begin(), wishes.columns.end(), [](const ColumnChoice& choice) {
        return choice.column == Column::code || choice.column == Column::short_url;
      });
  return chosen || std::any_of(form.places.begin(), form.places.end(), holds_codes);
}

}  // namespace

result<void> refuse_lost_codes(const Form& form, const std::vector<HeadRow>& rows, const FormWishes& wishes) {
  if (are_settled(form, wishes)) return {};
  Rows fields;
  for (const HeadRow& row : rows) {
    if (auto split = split_row(row.text, form.dialect)) fields.push_back(*std::move(split));
  }
  return refuse(form, fields);
}

result<void> refuse_lost_members(const Form& form, const std::vector<std::string>& objects,
                                 const FormWishes& wishes) {
  if (are_settled(form, wishes)) return {};
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < form.places.size(); ++i) places.emplace(form.places[i].name, i);
  Rows rows;
  for (const std::string& object : objects) {
    auto members = read_members(object);
    if (!members) continue;
    std::vector<std::string>& row = rows.emplace_back(form.places.size());
    for (JsonMember& member : *members) {
      if (const auto place = places.find(member.name); place != places.end())
        row[place->second] = std::move(member.text);
    }
  }
  return refuse(form, rows);
}

}  // namespace curt::app
