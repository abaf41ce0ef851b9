#include "api/links/list_query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "curt/base/utf8.hpp"

#include "api/request/percent_encoding.hpp"
#include "api/request/query_parameters.hpp"

namespace curt::api {
namespace {

using links::SortKey;
using links::SortOrder;

struct Sort {
  std::string_view name;
  SortKey key;
  SortOrder order;
};

constexpr std::array kSorts{
    Sort{"created_at", SortKey::created_at, SortOrder::ascending},
    Sort{"-created_at", SortKey::created_at, SortOrder::descending},
    Sort{"updated_at", SortKey::updated_at, SortOrder::ascending},
    Sort{"-updated_at", SortKey::updated_at, SortOrder::descending},
    Sort{"code", SortKey::code, SortOrder::ascending},
    Sort{"-code", SortKey::code, SortOrder::descending},
    Sort{"visits", SortKey::visits, SortOrder::ascending},
    Sort{"-visits", SortKey::visits, SortOrder::descending},
};

/// First letter of a cursor, so that one of another sort is not taken for it.
char letter_of(SortKey key, SortOrder order) noexcept {
  const bool up = order == SortOrder::ascending;
  switch (key) {
    case SortKey::created_at:
      return up ? 'c' : 'C';
    case SortKey::updated_at:
      return up ? 'u' : 'U';
    case SortKey::visits:
      return up ? 'v' : 'V';
    case SortKey::code:
      break;
  }
  return up ? 'n' : 'N';
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Reads "c1700000000000.code", "v42.code", or "n.code" where the code is the sort key; the code is
/// percent-encoded, or as it is where the client has undone that with the encoding of its query.
std::optional<links::Cursor> decode_cursor(std::string_view text, SortKey sort, SortOrder order) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || text.front() != letter_of(sort, order)) return std::nullopt;
  const auto code_text = percent_decode(text.substr(dot + 1), Plus::stays);
  if (!code_text || !ShortCode::is_valid(*code_text)) return std::nullopt;
  const ShortCode code = ShortCode::from_valid(*code_text);
  const std::string_view number_text = text.substr(1, dot - 1);
  if (sort == SortKey::code)
    return number_text.empty() ? std::optional{links::Cursor{code, code}} : std::nullopt;
  std::int64_t number = 0;
  if (!parse_number(number_text, number)) return std::nullopt;
  if (sort == SortKey::visits) return number >= 0 ? std::optional{links::Cursor{number, code}} : std::nullopt;
  return links::Cursor{Timestamp{std::chrono::milliseconds{number}}, code};
}

}  // namespace

std::string encode_cursor(const links::Cursor& cursor, SortKey sort, SortOrder order) {
  std::string key;
  if (const auto* time = std::get_if<Timestamp>(&cursor.key))
    key = std::to_string(time->time_since_epoch().count());
  if (const auto* visits = std::get_if<std::int64_t>(&cursor.key)) key = std::to_string(*visits);
  return fmt::format("{}{}.{}", letter_of(sort, order), key, percent_encode(cursor.code.view()));
}

result<links::ListQuery> parse_list_query(std::string_view query, std::string_view base_url) {
  auto parameters = parse_query(query);
  if (!parameters) return parameters.error();
  links::ListQuery list;
  std::vector<FieldError> errors;
  std::string text;
  std::optional<std::string> cursor;
  for (auto& [name, value] : *parameters) {
    if (name == "limit") {
      if (!parse_number(value, list.limit) || list.limit < 1 || list.limit > kMaxPage) {
        errors.push_back({name, fmt::format("must be a number from 1 to {}", kMaxPage)});
      }
    } else if (name == "sort") {
      bool known = false;
      for (const Sort& sort : kSorts) {
        if (sort.name != value) continue;
        list.sort = sort.key;
        list.order = sort.order;
        known = true;
      }
      if (!known)
        errors.push_back(
            {name, "must be created_at, updated_at, code or visits, with a - before it to descend"});
    } else if (name == "cursor") {
      cursor = std::move(value);
    } else if (name == "query") {
      text = std::move(value);
    } else if (name == "tag") {
      list.tag = std::move(value);
    } else if (name == "owner") {
      const auto key = KeyId::parse(value);
      if (!key && value != "none") errors.push_back({name, "must be the id of a key, or none"});
      list.owner = links::OwnedBy{key};
    } else {
      errors.push_back({name, "is not a known parameter"});
    }
  }
  for (const auto& [name, given] : {std::pair{"query", &text}, std::pair{"tag", &list.tag}}) {
    const bool control = std::any_of(given->begin(), given->end(), [](char c) { return c >= 0 && c < ' '; });
    if (control) errors.push_back({name, "must not contain control characters"});
    if (!is_utf8(*given)) errors.push_back({name, "must be UTF-8"});
  }
  if (cursor && !cursor->empty()) {
    list.after = decode_cursor(*cursor, list.sort, list.order);
    if (!list.after) errors.push_back({"cursor", "is not a next_cursor of this list with this sort"});
  }
  if (!errors.empty()) return invalid_fields(std::move(errors));
  list.search = Search::of(text, base_url);
  return list;
}

}  // namespace curt::api
