#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "curt/access/scopes.hpp"
#include "curt/base/timestamp.hpp"
#include "curt/domain/key_id.hpp"

namespace curt::access {

/// The SHA-256 of a key's secret.
using SecretHash = std::array<unsigned char, 32>;

/// An API key as a store keeps it. The secret itself is nowhere.
struct Key {
  KeyId id;
  std::string name;  ///< for people; not unique
  Scopes scopes;
  bool own = false;  ///< sees and changes only the links that it has made
  SecretHash secret{};
  /// The secret before the last rotation, which is good until then.
  std::optional<SecretHash> previous;
  std::optional<Timestamp> previous_until;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> rotated_at;
  std::optional<Timestamp> revoked_at;
  std::optional<Timestamp> last_used_at;  ///< about a minute behind
  std::int64_t change =
      0;  ///< number of the change that left it like this; grows with every change of any key

  friend bool operator==(const Key&, const Key&) = default;
};

}  // namespace curt::access
