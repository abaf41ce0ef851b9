#pragma once

#include <filesystem>

namespace curt::store {

/// Whether another process has the SQLite database open just now, in a container too if it has the same
/// kernel. To be called while this process has no connection to it, since closing a file ends all locks that
/// the process holds on it (fcntl(2)).
[[nodiscard]] bool is_open_elsewhere(const std::filesystem::path& database);

}  // namespace curt::store
