#pragma once

#include <optional>

#include "curt/access/key_service.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// The id in the request's path; nothing if it cannot be any key's.
[[nodiscard]] std::optional<KeyId> id_parameter(const http::Exchange& exchange) noexcept;

/// The error for an id that no key has.
[[nodiscard]] Error no_such_key();

/// Answers with the key and its text, which is overwritten when it was written.
void answer_made_key(unsigned status, const access::MadeKey& made, http::Exchange& exchange);

}  // namespace curt::api
