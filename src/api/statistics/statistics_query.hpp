#pragma once

#include <cstddef>
#include <string_view>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"
#include "curt/visits/statistics/statistics.hpp"
#include "curt/visits/statistics/window.hpp"

namespace curt::api {

/// What is asked of one link.
struct LinkStatisticsQuery {
  visits::Window window;
  visits::Breakdown breakdown = visits::Breakdown::none;
};

/// What is asked of all links together.
struct StatisticsQuery {
  visits::Window window;
  visits::Statistics::TopOf top_of = visits::Statistics::TopOf::all_time;  ///< the window if it was named
  std::size_t limit = 10;
};

inline constexpr std::size_t kMaxTop = 100;

/// Reads from, to, interval, timezone and group_by from a query string; invalid_value names what is wrong or
/// unknown.
[[nodiscard]] result<LinkStatisticsQuery> parse_link_statistics_query(std::string_view query, Timestamp now);

/// Reads from, to, interval, timezone and limit, alike.
[[nodiscard]] result<StatisticsQuery> parse_statistics_query(std::string_view query, Timestamp now);

}  // namespace curt::api
