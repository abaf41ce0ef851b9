#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/list_steps.hpp"
#include "store/postgres/connection/libpqxx.hpp"
#include "store/postgres/connection/parameters.hpp"

namespace curt::store::postgres {

// Parts of the SQL of lists, in which links are "l" and their totals, in a list by visits, "t".

/// Adds a parameter, and gives its place in the SQL, such as "$3".
[[nodiscard]] std::string place(Parameters& parameters, std::string value);

/// The condition for the links of the list, whatever it searches for.
[[nodiscard]] std::string filter_of(const ListSelect& select, Parameters& parameters);

/// The first so many codes of the list, with links that are not in it among them.
[[nodiscard]] std::string window_of(const ListSelect& select, std::string_view columns,
                                    Parameters& parameters);

/// What the list is selected from. Of a bounded one the LIMIT keeps the planner from looking for its links by
/// another index than that of the codes, or in another order, which reads more than that.
[[nodiscard]] std::string source_of(const ListSelect& select, Parameters& parameters);

/// The whole statement; `source` and `where` have taken their parameters.
[[nodiscard]] std::string list_sql(const ListSelect& select, std::string_view source, std::string_view where,
                                   Parameters& parameters);

[[nodiscard]] std::vector<ListedLink> read_links(const pqxx::result& rows);

}  // namespace curt::store::postgres
