#pragma once

#include <cstddef>
#include <optional>

#include "curt/links/link_store.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// One page of the links that are not deleted. invalid_value for the field "cursor" if it belongs to another
/// sort key.
[[nodiscard]] result<links::LinkPage> list_links(Connection& db, const links::ListQuery& query);

/// One page of the links that changed at `since` or later, as links::LinkStore says.
[[nodiscard]] result<links::LinkPage> links_changed_since(Connection& db, Timestamp since,
                                                          const std::optional<links::Cursor>& after,
                                                          std::size_t limit);

}  // namespace curt::store::sqlite
