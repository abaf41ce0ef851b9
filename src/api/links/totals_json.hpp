#pragma once

#include <string>

#include "curt/visits/visit_store.hpp"

namespace curt::api {

/// Appends visits within some time: `"total":3,"humans":2,"bots":1`.
void append_totals(std::string& json, const visits::VisitTotals& visits);

/// Appends visits of all time: `"total":3,"humans":2,"bots":1,"imported":1`.
void append_totals_of_all_time(std::string& json, const visits::VisitTotals& visits);

}  // namespace curt::api
