#pragma once

#include <optional>

#include "curt/api/services.hpp"
#include "curt/domain/link.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// Answers with the link, its ETag and its visits, null where they are not known.
void answer_link(unsigned status, const Link& link, const std::optional<visits::VisitTotals>& visits,
                 const Services& services, http::Exchange& exchange);

}  // namespace curt::api
