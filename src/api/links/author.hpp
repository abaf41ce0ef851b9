#pragma once

#include "curt/http/service.hpp"
#include "curt/links/author.hpp"

namespace curt::api {

/// Who asks for a change. Views into the exchange.
[[nodiscard]] inline links::Author author_of(const http::Exchange& exchange) noexcept {
  return {"anonymous", exchange.request.client, exchange.request_id};
}

}  // namespace curt::api
