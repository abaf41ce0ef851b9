#pragma once

#include <string>

#include "curt/http/service.hpp"

namespace curt::api {

/// Answers with JSON text that must not be cached.
void answer_json(unsigned status, std::string json, http::Exchange& exchange);

}  // namespace curt::api
