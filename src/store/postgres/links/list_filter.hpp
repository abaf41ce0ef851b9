#pragma once

#include <string>

#include "curt/links/link_store.hpp"

#include "store/postgres/pool/libpqxx.hpp"

namespace curt::store::postgres {

/// Adds a parameter, and gives its place in the SQL, such as "$3".
[[nodiscard]] std::string place(Parameters& parameters, std::string value);

/// The condition for the links "l" that a list is of, without its cursor. Its SQL depends only on whether
/// there is a text and whether there is a tag.
[[nodiscard]] std::string filter_of(const links::ListQuery& query, Parameters& parameters);

}  // namespace curt::store::postgres
