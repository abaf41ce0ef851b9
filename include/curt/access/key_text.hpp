#pragma once

#include <optional>
#include <string_view>

#include "curt/access/key.hpp"
#include "curt/base/random.hpp"
#include "curt/base/secret_text.hpp"
#include "curt/domain/key_id.hpp"

namespace curt::access {

// The text of a key, `curt_<id>_<secret>`: the id of 12 and the secret of 43 letters and digits, which is 256
// bits.

/// The text as it is shown once, with what is kept of it.
struct KeyText {
  KeyId id;
  SecretHash secret{};
  SecretText text;
};

/// A key that nobody can guess.
[[nodiscard]] KeyText make_key_text(RandomSource& random);

/// A key with this id and another secret.
[[nodiscard]] KeyText make_key_text(KeyId id, RandomSource& random);

/// What is kept of a key: its id and the hash of its secret.
struct KeyParts {
  KeyId id;
  SecretHash secret{};
};

/// The parts of a text that has the shape of a key. What has been hashed is not left on the stack.
[[nodiscard]] std::optional<KeyParts> parse_key_text(std::string_view text);

/// The text up to the secret of the first key in it, and all of it where there is none: for what is logged
/// and may hold a key that was put in the wrong place.
[[nodiscard]] std::string_view before_secret(std::string_view text) noexcept;

}  // namespace curt::access
