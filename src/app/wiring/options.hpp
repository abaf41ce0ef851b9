#pragma once

#include <vector>

#include "curt/api/services.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/cache/local/local_link_cache.hpp"
#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/domain/error.hpp"
#include "curt/http/server.hpp"
#include "curt/limits/rate_limiter.hpp"
#include "curt/limits/target_policy.hpp"
#include "curt/links/link_rules.hpp"
#include "curt/visits/visit_store.hpp"

/// What the settings mean for the options of a room, where more than one line says so.
namespace curt::app {

[[nodiscard]] http::ServerOptions server_options(const Settings& settings);

/// A listener whose only clients are Prometheus and a health check or two.
[[nodiscard]] http::ServerOptions side_server_options(const std::vector<ListenAddress>& addresses);

[[nodiscard]] api::ApiOptions api_options(const Settings& settings);

[[nodiscard]] api::ApiOptions worker_api_options(const Settings& settings);

/// Those of the listener for metrics and health alone.
[[nodiscard]] api::ApiOptions metrics_api_options(const Settings& settings);

/// The quotas of clients.
[[nodiscard]] limits::Quotas quotas(const Settings& settings);

[[nodiscard]] cache::LocalCacheOptions local_cache_options(const Settings& settings);

/// The address and certificates of the Redis that redis_url names. An error's detail is for the operator.
[[nodiscard]] result<cache::RedisOptions> redis_options(const Settings& settings);

/// The policy must outlive the rules.
[[nodiscard]] links::LinkRules link_rules(const Settings& settings, const limits::TargetPolicy& policy);

[[nodiscard]] visits::Retention retention(const Settings& settings);

}  // namespace curt::app
