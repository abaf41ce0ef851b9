#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "curt/links/link_store.hpp"

namespace curt::api {

inline constexpr std::size_t kMaxPage = 500;

/// Reads limit, cursor, query, tag, owner and sort from a query string; invalid_value names what is wrong or
/// unknown. Below `base_url` are the short URLs that a
/// query may name.
[[nodiscard]] result<links::ListQuery> parse_list_query(std::string_view query,
                                                        std::string_view base_url = {});

/// The cursor as text that clients hand back unread; it fits the sort that it was made with only.
[[nodiscard]] std::string encode_cursor(const links::Cursor& cursor, links::SortKey sort,
                                        links::SortOrder order);

}  // namespace curt::api
