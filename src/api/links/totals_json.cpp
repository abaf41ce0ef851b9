#include "api/links/totals_json.hpp"

#include <iterator>

#include <fmt/format.h>

namespace curt::api {

void append_totals(std::string& json, const visits::VisitTotals& visits) {
  fmt::format_to(std::back_inserter(json), R"("total":{},"humans":{},"bots":{})", visits.total(),
                 visits.humans, visits.bots);
}

void append_totals_of_all_time(std::string& json, const visits::VisitTotals& visits) {
  append_totals(json, visits);
  fmt::format_to(std::back_inserter(json), R"(,"imported":{})", visits.imported);
}

}  // namespace curt::api
