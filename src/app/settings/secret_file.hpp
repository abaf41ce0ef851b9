#pragma once

#include <filesystem>

#include "curt/base/secret_text.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// What a small file holds that is secret, without white space at its end. The error's detail says what is
/// wrong with the file, such as "FILE cannot be read: Permission denied", and nothing of what is in it. It is
/// not_found where there is no file, unavailable where it cannot be read, invalid_value where it is empty or
/// too long. Blocks.
[[nodiscard]] result<SecretText> read_secret_file(const std::filesystem::path& file);

}  // namespace curt::app
