#pragma once

#include <optional>

#include "curt/access/key_text.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// The key that admin_key_file holds, without its secret; nothing where none is named. The error's detail is
/// for the operator: it names setting and file and says how to make a key, and nothing of what is in the
/// file. Blocks.
[[nodiscard]] result<std::optional<access::KeyParts>> read_admin_key(const Settings& settings);

}  // namespace curt::app
