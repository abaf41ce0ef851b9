#pragma once

#include "curt/api/services.hpp"
#include "curt/http/service.hpp"

#include "api/visitors/seek_link.hpp"

namespace curt::api {

/// Shows where the link leads, or says why it does not.
void answer_preview(const SoughtLink& sought, const Services& services, http::Exchange& exchange);

}  // namespace curt::api
