#include "api/statistics/statistics_json.hpp"

#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "curt/api/links/link_json.hpp"
#include "curt/base/json_string.hpp"

#include "api/links/totals_json.hpp"

namespace curt::api {
namespace {

// Written by hand: a series may have thousands of points, and no tree of them has to be built first.

using Out = std::back_insert_iterator<std::string>;

/// `"name":[…]`, each item written by `write`.
template <class Items, class Write>
void append_list(std::string& json, std::string_view name, const Items& items, const Write& write) {
  fmt::format_to(Out{json}, R"("{}":[)", name);
  bool first = true;
  for (const auto& item : items) {
    json += first ? "{" : ",{";
    first = false;
    write(item);
    json += '}';
  }
  json += ']';
}

void append_series(std::string& json, const std::vector<visits::SpanVisits>& series) {
  append_list(json, "series", series, [&](const visits::SpanVisits& point) {
    fmt::format_to(Out{json}, R"("at":"{}",)", point.at());
    append_totals(json, point.visits);
  });
}

void append_visits(std::string& json, const visits::VisitTotals& visits) {
  json += R"("visits":{)";
  append_totals_of_all_time(json, visits);
  json += '}';
}

void append_completeness(std::string& json, const visits::Completeness& whole) {
  fmt::format_to(Out{json},
                 R"("completeness":{{"scope":"service","accepted":{},"persisted":{},"in_flight":{},)"
                 R"("dropped":{},"undetailed":{},"unaccounted":{},"lag_seconds":{}}})",
                 whole.accepted, whole.persisted, whole.in_flight, whole.dropped, whole.undetailed,
                 whole.unaccounted, whole.lag.count());
}

}  // namespace

result<std::string> to_json(const ShortCode& code, const visits::LinkStatistics& statistics) {
  const auto spans = statistics.series.spans();
  if (!spans) return spans.error();
  std::string json = fmt::format(R"({{"code":"{}",)", code.view());
  append_visits(json, statistics.visits);
  json += ',';
  append_series(json, *spans);
  json += R"(,"breakdowns":{)";
  if (statistics.referrers) {
    append_list(json, "referrer", *statistics.referrers, [&](const visits::BreakdownRow& row) {
      json += R"("value":)";
      log::append_json_string(json, row.value);
      json += ',';
      append_totals(json, row.visits);
    });
  }
  json += "},";
  append_completeness(json, statistics.completeness);
  return json + '}';
}

result<std::string> to_json(const visits::ServiceStatistics& statistics, std::string_view base_url) {
  const auto spans = statistics.series.spans();
  if (!spans) return spans.error();
  std::string json = "{";
  append_visits(json, statistics.visits);
  json += ',';
  append_series(json, *spans);
  json += ',';
  append_list(json, "top", statistics.top, [&](const visits::TopLink& link) {
    fmt::format_to(Out{json}, R"("code":"{}","short_url":)", link.code.view());
    log::append_json_string(json, short_url(base_url, link.code));
    json += ',';
    append_totals_of_all_time(json, link.visits);
  });
  json += ',';
  append_completeness(json, statistics.completeness);
  return json + '}';
}

}  // namespace curt::api
