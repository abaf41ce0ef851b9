#include "store/list_steps.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace curt::store {

using links::Cursor;
using links::ListQuery;
using links::SortKey;
using links::SortOrder;

namespace {

/// The columns of an order; the key is empty where there is only the code.
struct OrderColumns {
  std::string_view key;
  std::string_view code;
};

OrderColumns columns_of(ListPart part) noexcept {
  switch (part) {
    case ListPart::created_at:
      return {"l.created_at", "l.code"};
    case ListPart::updated_at:
      return {"l.updated_at", "l.code"};
    case ListPart::visited:
      return {"t.total", "t.code"};
    case ListPart::code:
    case ListPart::unvisited:
      break;
  }
  return {"", "l.code"};
}

}  // namespace

std::vector<ListPart> parts_of(const ListQuery& query) {
  switch (query.sort) {
    case SortKey::created_at:
      return {ListPart::created_at};
    case SortKey::updated_at:
      return {ListPart::updated_at};
    case SortKey::code:
      return {ListPart::code};
    case SortKey::visits:
      break;
  }
  const bool descending = query.order == SortOrder::descending;
  const ListPart first = descending ? ListPart::visited : ListPart::unvisited;
  const ListPart second = descending ? ListPart::unvisited : ListPart::visited;
  if (!query.after) return {first, second};
  const bool after_visited = std::get<std::int64_t>(query.after->key) > 0;
  // Only a page that starts in the first part of the order can run over into the second.
  if (after_visited == descending) return {first, second};
  return {second};
}

bool ListSelect::has_key() const noexcept { return !columns_of(part).key.empty(); }

std::string ListSelect::order() const {
  const auto [key, code] = columns_of(part);
  const std::string_view direction = query.order == SortOrder::descending ? " DESC" : "";
  if (!has_key()) return fmt::format("{}{}", code, direction);
  return fmt::format("{0}{2}, {1}{2}", key, code, direction);
}

std::string ListSelect::follows(std::string_view key, std::string_view code) const {
  const OrderColumns columns = columns_of(part);
  const std::string_view comparison = query.order == SortOrder::descending ? "<" : ">";
  if (!has_key()) return fmt::format("{} {} {}", columns.code, comparison, code);
  return fmt::format("({}, {}) {} ({}, {})", columns.key, columns.code, comparison, key, code);
}

std::optional<std::size_t> ListSelect::most_codes() const noexcept {
  return part == ListPart::code ? query.most_codes : std::nullopt;
}

PageBuilder::PageBuilder(SortKey sort, std::size_t limit)
    : sort_(sort), limit_(std::max<std::size_t>(limit, 1)) {}

void PageBuilder::add(std::vector<ListedLink> rows) {
  for (ListedLink& row : rows) {
    if (page_.links.size() == limit_) {
      const Link& last = page_.links.back();
      page_.next = sort_ == SortKey::visits ? Cursor{last_visits_, last.code} : cursor_of(last, sort_);
      return;
    }
    page_.links.push_back(std::move(row.link));
    last_visits_ = row.visits;
  }
}

void PageBuilder::end_at(const ShortCode& code, SortOrder order) {
  ShortCode end = code;
  if (!page_.links.empty()) {
    // Links that were made since the page was read have moved the end to the front.
    const ShortCode& last = page_.links.back().code;
    if (order == SortOrder::descending ? last < end : end < last) end = last;
  }
  page_.next = Cursor{end, end};
}

}  // namespace curt::store
