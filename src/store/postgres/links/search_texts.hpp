#pragma once

#include "curt/links/search_index.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// SearchIndex::fill(). Throws what libpqxx throws.
[[nodiscard]] result<links::SearchFilled> fill_search_texts(Connection& db);

}  // namespace curt::store::postgres
