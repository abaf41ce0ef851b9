#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace curt::store::sqlite {

/// Lets statements call search_finds(search, code, target, title), which is 1 for a link that the search
/// finds, else 0; the search comes as Search::text(). Throws SQLite::Exception.
void add_search_function(SQLite::Database& database);

}  // namespace curt::store::sqlite
