#include "api/statistics/statistics_query.hpp"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/request/query_parameters.hpp"

namespace curt::api {
namespace {

/// Reads the parameters that say which time is meant; what is left is for `other`, which says whether it
/// knows it and adds what is wrong with its value. Gives the window if nothing is wrong.
template <class Other>
result<visits::Window> parse_window(std::string_view query, Timestamp now, visits::WindowRequest& request,
                                    const Other& other) {
  auto parameters = parse_query(query);
  if (!parameters) return parameters.error();
  std::vector<FieldError> errors;
  for (auto& [name, value] : *parameters) {
    if (name == "from") {
      request.from = std::move(value);
    } else if (name == "to") {
      request.to = std::move(value);
    } else if (name == "interval") {
      request.interval = std::move(value);
    } else if (name == "timezone") {
      request.timezone = std::move(value);
    } else if (!other(name, value, errors)) {
      errors.push_back({name, "is not a known parameter"});
    }
  }
  auto window = visits::make_window(request, now);
  if (errors.empty()) return window;
  if (!window) {
    const std::vector<FieldError>& more = window.error().fields;
    errors.insert(errors.end(), more.begin(), more.end());
  }
  return invalid_fields(std::move(errors));
}

}  // namespace

result<LinkStatisticsQuery> parse_link_statistics_query(std::string_view query, Timestamp now) {
  LinkStatisticsQuery asked;
  const auto group_by = [&](const std::string& name, const std::string& value,
                            std::vector<FieldError>& errors) {
    if (name != "group_by") return false;
    if (value == "referrer") {
      asked.breakdown = visits::Breakdown::referrer;
    } else {
      errors.push_back({name, "must be referrer"});
    }
    return true;
  };
  visits::WindowRequest request;
  auto window = parse_window(query, now, request, group_by);
  if (!window) return window.error();
  asked.window = std::move(*window);
  return asked;
}

result<StatisticsQuery> parse_statistics_query(std::string_view query, Timestamp now) {
  StatisticsQuery asked;
  const auto limit = [&](const std::string& name, const std::string& value, std::vector<FieldError>& errors) {
    if (name != "limit") return false;
    const char* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, asked.limit);
    if (error != std::errc{} || stop != end || asked.limit < 1 || asked.limit > kMaxTop) {
      errors.push_back({name, fmt::format("must be a number from 1 to {}", kMaxTop)});
    }
    return true;
  };
  visits::WindowRequest request;
  auto window = parse_window(query, now, request, limit);
  if (!window) return window.error();
  const bool named = !request.from.empty() || !request.to.empty();
  if (named) asked.top_of = visits::Statistics::TopOf::window;
  asked.window = std::move(*window);
  return asked;
}

}  // namespace curt::api
