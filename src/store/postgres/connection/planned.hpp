#pragma once

#include <functional>

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// Gives the rows of a statement that only reads, planned for its parameters. That is for one whose plan
/// depends on an owner, who has a few links or half of them all: the plan that is kept for any owner reads a
/// whole table for a few rows. `work` runs the statement and gives its rows.
[[nodiscard]] pqxx::result planned_for_parameters(Connection& db, const std::function<pqxx::result()>& work);

/// Has the statements that follow in the open transaction planned for their parameters.
void plan_for_parameters(Connection& db);

}  // namespace curt::store::postgres
