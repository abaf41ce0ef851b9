#pragma once

#include "curt/links/link_store.hpp"

#include "store/postgres/pool/session.hpp"

namespace curt::store::postgres {

/// list_links() in the order of total visits and code. Links with visits come from the index of the totals
/// and those without from the index of codes, each only as many as the page takes.
[[nodiscard]] result<links::LinkPage> list_by_visits(Session& db, const links::ListQuery& query);

}  // namespace curt::store::postgres
