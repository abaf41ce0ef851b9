#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "curt/access/key.hpp"
#include "curt/access/key_service.hpp"
#include "curt/base/secret_text.hpp"
#include "curt/domain/error.hpp"

namespace curt::api {

/// A wished key from JSON, with its types checked; malformed_json, or invalid_value with all that is wrong.
[[nodiscard]] result<access::KeyDraft> parse_key_draft(std::string_view body);

/// How long the secret before a rotation is to stay good, from JSON; errors alike.
[[nodiscard]] result<std::chrono::seconds> parse_rotation(std::string_view body);

/// The key as the API shows it, without anything of its secret.
[[nodiscard]] std::string to_json(const access::Key& key);

/// The same with the key's text, which is shown this once. No copy of the text is left.
[[nodiscard]] SecretText to_json(const access::MadeKey& made);

/// A page of keys; `next_cursor` is empty where it is the last.
[[nodiscard]] std::string to_json(const std::vector<access::Key>& keys, std::string_view next_cursor);

}  // namespace curt::api
