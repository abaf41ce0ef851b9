#pragma once

#include <string>
#include <vector>

#include "curt/access/key.hpp"
#include "curt/base/secret_text.hpp"

namespace curt::app {

/// Keys as a table for people, with a heading; each line ends with a line feed.
[[nodiscard]] std::string table_of_keys(const std::vector<access::Key>& keys, Timestamp now);

/// A key as a JSON object on one line, without its secrets.
[[nodiscard]] std::string to_json_line(const access::Key& key);

/// What a key may do, for a sentence: "links:read stats:read, its own links only, until
/// 2027-01-31T00:00:00Z".
[[nodiscard]] std::string rights_of(const access::Key& key);

/// Writes the secret and a line feed to the standard output, so that no buffer holds it; false, with errno,
/// if not all of it could be written.
[[nodiscard]] bool print_secret(const SecretText& secret);

}  // namespace curt::app
