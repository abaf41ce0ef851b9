#pragma once

#include "curt/app/settings/settings.hpp"
#include "curt/cache/redis/inspection.hpp"

#include "app/doctor/finding.hpp"

namespace curt::app {

/// What a server that answers means for `curt serve` with these settings.
void judge_redis(const Settings& settings, const cache::RedisFacts& facts, Findings& findings);

/// Asks the server that redis_url names, if it names one.
void check_redis(const Settings& settings, Findings& findings);

}  // namespace curt::app
