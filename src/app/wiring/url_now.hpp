#pragma once

#include <functional>
#include <string>

#include "curt/app/settings/settings.hpp"
#include "curt/cache/redis/protocol/redis_address.hpp"

namespace curt::app {

// A URL that was read from a file is read again for each connection, so that a changed user or password is
// taken. A file that cannot be read, that holds no URL, or that names anything else than the process started
// with (another server, database or option) is logged once, and the last URL stays in use. Empty where the
// URL is from no file. Both are thread-safe, may block, and need nothing that they were given.

/// What database_url is now, where that is a Postgres.
[[nodiscard]] std::function<std::string()> database_url_now(const Settings& settings);

/// What redis_url is now.
[[nodiscard]] std::function<cache::RedisAddress()> redis_address_now(const Settings& settings);

}  // namespace curt::app
