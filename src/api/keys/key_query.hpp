#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "curt/access/key_store.hpp"
#include "curt/domain/error.hpp"

namespace curt::api {

/// Which page of keys is asked for.
struct KeyQuery {
  std::size_t limit = 50;
  std::optional<access::KeyCursor> after;
};

/// Reads limit and cursor from a query string; invalid_value names what is wrong or unknown.
[[nodiscard]] result<KeyQuery> parse_key_query(std::string_view query);

/// The cursor behind this key as text that clients hand back unread.
[[nodiscard]] std::string encode_cursor(const access::Key& last);

}  // namespace curt::api
