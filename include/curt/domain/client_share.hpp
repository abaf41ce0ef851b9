#pragma once

#include "curt/domain/error.hpp"

namespace curt {

/// A bounded queue's refusal of a client that has its share of it: `overloaded`, while it has room for
/// others.
[[nodiscard]] Error client_has_its_share();

/// Whether the error is client_has_its_share(), so that the same request of another client may succeed.
[[nodiscard]] bool is_for_its_share(const Error& error) noexcept;

}  // namespace curt
