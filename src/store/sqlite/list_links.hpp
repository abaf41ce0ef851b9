#pragma once

#include "curt/links/link_store.hpp"

#include "store/sqlite/connection.hpp"

namespace curt::store {

/// One page of the links that are not deleted. invalid_value for the field "cursor" if it belongs to another
/// sort key.
[[nodiscard]] result<links::LinkPage> list_links(Connection& db, const links::ListQuery& query);

}  // namespace curt::store
