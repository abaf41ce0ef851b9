#pragma once

#include <optional>

#include "curt/access/scopes.hpp"
#include "curt/domain/key_id.hpp"

namespace curt::access {

/// Who asks, as far as a request's key tells. A small value.
struct Principal {
  std::optional<KeyId> key;  ///< nothing: anonymous
  Scopes scopes;             ///< what the key may do
  bool own = false;          ///< the key sees and changes only its own links

  /// The owner whose links alone are seen; nothing where all are.
  [[nodiscard]] std::optional<KeyId> only() const noexcept { return own ? key : std::nullopt; }
};

}  // namespace curt::access
