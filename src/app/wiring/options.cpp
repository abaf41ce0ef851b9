#include "app/wiring/options.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "curt/api/routes.hpp"

#include "app/wiring/url_now.hpp"

namespace curt::app {
namespace {

/// The upper bound of the setting threads: each thread has a ring.
constexpr unsigned kMostThreads = 256;

/// Health checks of a worker wait no longer than this.
constexpr std::chrono::seconds kHealthLimit{1};

template <class Endpoints>
void add(const std::vector<ListenAddress>& addresses, Endpoints& endpoints) {
  for (const ListenAddress& listen : addresses) endpoints.emplace_back(listen.address, listen.port);
}

}  // namespace

http::ServerOptions server_options(const Settings& settings) {
  http::ServerOptions options;
  add(settings.listen, options.listen);
  options.threads = settings.threads != 0 ? settings.threads
                                          : std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
  options.max_connections = settings.max_connections;
  options.bounds = {.requests = settings.max_requests,
                    .body_bytes = settings.max_body_bytes,
                    .unsent_bytes = settings.max_unsent_bytes};
  options.head_timeout = settings.head_timeout;
  options.body_timeout = settings.body_timeout;
  options.idle_timeout = settings.idle_timeout;
  options.write_timeout = settings.write_timeout;
  options.trusted_proxies = settings.trusted_proxies;
  return options;
}

http::ServerOptions side_server_options(const std::vector<ListenAddress>& addresses) {
  http::ServerOptions options;
  add(addresses, options.listen);
  options.max_connections = 100;
  return options;
}

api::ApiOptions api_options(const Settings& settings) {
  api::ApiOptions options;
  options.base_url = settings.base_url;
  options.root_redirect = settings.root_redirect;
  options.cors_origins = settings.cors_origins;
  options.loopback_only = settings.is_loopback_only();
  options.allow_open = settings.allow_open;
  options.auth = settings.auth_mode() == AuthMode::keys ? api::Auth::keys : api::Auth::open;
  options.public_shorten = settings.public_shorten;
  options.public_aliases = settings.public_aliases;
  options.metrics_apart = !settings.metrics_listen.empty();
  options.redirect_deadline = settings.redirect_deadline;
  options.api_deadline = settings.api_deadline;
  return options;
}

api::ApiOptions worker_api_options(const Settings& settings) {
  api::ApiOptions options;
  options.loopback_only = std::ranges::all_of(settings.worker_listen, &ListenAddress::is_loopback);
  options.allow_open = settings.allow_open;
  options.api_deadline = kHealthLimit;
  return options;
}

api::ApiOptions metrics_api_options(const Settings& settings) {
  api::ApiOptions options = api_options(settings);
  options.loopback_only = std::ranges::all_of(settings.metrics_listen, &ListenAddress::is_loopback);
  // The whole /health and /metrics are what this listener is for, and no key is asked for.
  options.auth = api::Auth::open;
  options.metrics_apart = false;
  return options;
}

limits::Quotas quotas(const Settings& settings) {
  return {.create = settings.limit_create,
          .api = settings.limit_api,
          .not_found = settings.limit_not_found,
          .failed_keys = settings.limit_failed_keys,
          .redirect = settings.limit_redirect};
}

cache::LocalCacheOptions local_cache_options(const Settings& settings) {
  cache::LocalCacheOptions options;
  options.max_bytes = settings.cache_bytes;
  options.ttl = settings.cache_ttl;
  options.negative_ttl = settings.negative_ttl;
  options.stale_max = settings.stale_max;
  return options;
}

result<cache::RedisOptions> redis_options(const Settings& settings) {
  auto address = cache::parse_redis_url(settings.redis_url);
  if (!address) return address.error();
  cache::RedisOptions options;
  options.address = std::move(*address);
  options.address_now = redis_address_now(settings);
  options.ca_file = settings.redis_ca_file;
  return options;
}

links::LinkRules link_rules(const Settings& settings, const limits::TargetPolicy& policy) {
  std::vector<TargetUrl> listens;
  for (const ListenAddress& listen : settings.listen) {
    if (listen.port == 0) continue;  // one that the system chooses
    if (auto url = TargetUrl::parse(fmt::format("http://{}/", to_string(listen)))) listens.push_back(*url);
  }
  const auto self = TargetUrl::parse(settings.base_url);  // an address in its one notation
  return {api::reserved_words(), self ? *self : TargetUrl::from_stored(settings.base_url + "/"), &policy,
          listens};
}

visits::Retention retention(const Settings& settings) {
  return {std::chrono::days{settings.visit_raw_days}, std::chrono::days{settings.visit_hourly_days}};
}

}  // namespace curt::app
