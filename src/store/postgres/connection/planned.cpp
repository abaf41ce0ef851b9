#include "store/postgres/connection/planned.hpp"

namespace curt::store::postgres {
namespace {

constexpr Statement kPlan{"plan_for_parameters",
                          "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)", Charge::nothing};

}  // namespace

void plan_for_parameters(Connection& db) { db.run(kPlan); }

pqxx::result planned_for_parameters(Connection& db, const std::function<pqxx::result()>& work) {
  Transaction transaction{db};
  plan_for_parameters(db);
  pqxx::result rows = work();
  transaction.end();
  return rows;
}

}  // namespace curt::store::postgres
