#pragma once

#include <optional>
#include <string>

#include "curt/api/services.hpp"
#include "curt/domain/link.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// Answers with JSON text that must not be cached.
void answer_json(unsigned status, std::string json, http::Exchange& exchange);

/// Answers with the metrics as Prometheus reads them, which must not be cached either.
void answer_metrics(const Metrics& metrics, http::Exchange& exchange);

/// Answers with the link, its ETag and its visits, null where they are not known.
void answer_link(unsigned status, const Link& link, const std::optional<visits::VisitTotals>& visits,
                 const Services& services, http::Exchange& exchange);

}  // namespace curt::api
