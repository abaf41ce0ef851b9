#pragma once

#include <string>
#include <string_view>

#include "curt/domain/error.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/visits/statistics/statistics.hpp"

namespace curt::api {

/// The statistics of a link as the API shows them, one line of JSON. Errors are those of regroup().
[[nodiscard]] result<std::string> to_json(const ShortCode& code, const visits::LinkStatistics& statistics);

/// The statistics of all links. `base_url` has no slash at its end.
[[nodiscard]] result<std::string> to_json(const visits::ServiceStatistics& statistics,
                                          std::string_view base_url);

}  // namespace curt::api
