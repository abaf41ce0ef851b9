#include "curt/api/routes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "api/handlers.hpp"

namespace curt::api {
namespace {

using access::Scope;
using http::Method;
using enum Audience;

// What a key needs for a row.
constexpr std::optional<Scope> kNone;
constexpr std::optional<Scope> kLinksRead = Scope::links_read;
constexpr std::optional<Scope> kLinksWrite = Scope::links_write;
constexpr std::optional<Scope> kStatsRead = Scope::stats_read;
constexpr std::optional<Scope> kMetricsRead = Scope::metrics_read;
constexpr std::optional<Scope> kAdmin = Scope::admin;

constexpr std::array kRoutes{
    Route{Method::post, "/shorten", owners, kLinksWrite, Charged::create, nullptr, create_link, Body::json,
          Pace::api, Keyless::if_opened},
    Route{Method::post, "/api/v1/links", owners, kLinksWrite, Charged::create, nullptr, create_link,
          Body::json, Pace::api, Keyless::if_opened},
    Route{Method::get, "/api/v1/links", owners, kLinksRead, Charged::api, nullptr, list_links},
    Route{Method::post, "/api/v1/links/disable", owners, kAdmin, Charged::api, nullptr, disable_links,
          Body::json, Pace::bulk},
    Route{Method::get, "/api/v1/links/{code}", owners, kLinksRead, Charged::api, nullptr, get_link},
    Route{Method::patch, "/api/v1/links/{code}", owners, kLinksWrite, Charged::api, nullptr, edit_link,
          Body::json},
    Route{Method::delete_, "/api/v1/links/{code}", owners, kLinksWrite, Charged::api, nullptr, delete_link},
    Route{Method::post, "/api/v1/links/{code}/restore", owners, kLinksWrite, Charged::api, nullptr,
          restore_link},
    Route{Method::get, "/api/v1/links/{code}/stats", owners, kStatsRead, Charged::api, nullptr,
          get_link_statistics},
    Route{Method::get, "/api/v1/stats", owners, kStatsRead, Charged::api, nullptr, get_statistics},
    Route{Method::get, "/stats/{code}", owners, kStatsRead, Charged::api, nullptr, get_link_statistics},
    Route{Method::post, "/api/v1/keys", owners, kAdmin, Charged::api, nullptr, create_key, Body::json},
    Route{Method::get, "/api/v1/keys", owners, kAdmin, Charged::api, nullptr, list_keys},
    Route{Method::get, "/api/v1/keys/{id}", owners, kAdmin, Charged::api, nullptr, get_key},
    Route{Method::delete_, "/api/v1/keys/{id}", owners, kAdmin, Charged::api, nullptr, revoke_key},
    Route{Method::post, "/api/v1/keys/{id}/rotate", owners, kAdmin, Charged::api, nullptr, rotate_key,
          Body::json},
    Route{Method::get, "/health", visitors, kNone, Charged::nothing, nullptr, get_health},
    Route{Method::get, "/health/live", visitors, kNone, Charged::nothing, get_health_live, nullptr},
    Route{Method::get, "/health/ready", visitors, kNone, Charged::nothing, get_health_ready, nullptr},
    Route{Method::get, "/metrics", owners, kMetricsRead, Charged::nothing, nullptr, get_metrics},
    Route{Method::get, "/openapi.json", visitors, kNone, Charged::nothing, get_openapi, nullptr},
    Route{Method::get, "/docs", visitors, kNone, Charged::nothing, get_docs, nullptr},
    Route{Method::get, "/docs/docs.js", visitors, kNone, Charged::nothing, get_docs_script, nullptr},
    Route{Method::get, "/docs/swagger-ui.css", visitors, kNone, Charged::nothing, get_swagger_style, nullptr},
    Route{Method::get, "/docs/swagger-ui-bundle.js", visitors, kNone, Charged::nothing, get_swagger_script,
          nullptr},
    Route{Method::get, "/", visitors, kNone, Charged::nothing, get_home, nullptr},
    Route{Method::get, "/robots.txt", visitors, kNone, Charged::nothing, get_robots, nullptr},
    Route{Method::get, "/favicon.ico", visitors, kNone, Charged::nothing, get_favicon, nullptr},
    Route{Method::get, "/{code}+", readers, kNone, Charged::visitor, nullptr, preview_link, Body::none,
          Pace::redirect},
    Route{Method::get, "/{code}", visitors, kNone, Charged::visitor, redirect_now, redirect, Body::none,
          Pace::redirect, Keyless::never, Serves::link},
};

/// First segments of paths that coming releases are to have, and names that a visitor would take for a part
/// of the service. Reserved before a link has them.
constexpr auto kKeptForLater = std::to_array<std::string_view>({
    "admin",  "api",   "app",        "assets",  "auth",     "docs",     "health",         "import",
    "jobs",   "keys",  "live",       "login",   "logout",   "metrics",  "oauth",          "openapi.json",
    "qr",     "rest",  "robots.txt", "session", "sessions", "settings", "shorten",        "sitemap.xml",
    "static", "stats", "status",     "ui",      "version",  "webhooks", "yourls-api.php", ".well-known",
});

// A worker is ready while it lives: it takes no requests that others would answer better.
constexpr std::array kWorkerRoutes{
    WorkerRoute{Method::get, "/metrics", owners, kNone, Charged::nothing, nullptr, get_metrics},
    WorkerRoute{Method::get, "/health", owners, kNone, Charged::nothing, nullptr, get_health},
    WorkerRoute{Method::get, "/health/live", visitors, kNone, Charged::nothing, get_health_live, nullptr},
    WorkerRoute{Method::get, "/health/ready", visitors, kNone, Charged::nothing, get_health_live, nullptr},
};

constexpr std::array kMetricsRoutes{
    Route{Method::get, "/metrics", owners, kNone, Charged::nothing, nullptr, get_metrics},
    Route{Method::get, "/health", owners, kNone, Charged::nothing, nullptr, get_whole_health},
    Route{Method::get, "/health/live", visitors, kNone, Charged::nothing, get_health_live, nullptr},
    Route{Method::get, "/health/ready", visitors, kNone, Charged::nothing, get_health_ready, nullptr},
};

}  // namespace

static_assert(kRoutes.size() <= 256, "http::Exchange::row is a byte");

std::span<const Route> routes() noexcept { return kRoutes; }

std::span<const Route> metrics_routes() noexcept { return kMetricsRoutes; }

std::span<const WorkerRoute> worker_routes() noexcept { return kWorkerRoutes; }

std::optional<std::string_view> match(std::string_view route_path, std::string_view path) noexcept {
  // A slash behind is forgiven where the path begins with a word of ours: behind a code it is part of what
  // visitors are asked about, and "/" has one already.
  if (path.ends_with('/') && route_path.size() > 1 && route_path[1] != '{') path.remove_suffix(1);
  const std::size_t open = route_path.find('{');
  if (open == std::string_view::npos) {
    return route_path == path ? std::optional{std::string_view{}} : std::nullopt;
  }
  const std::string_view before = route_path.substr(0, open);
  const std::string_view after = route_path.substr(route_path.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
    return std::nullopt;
  }
  const std::string_view code = path.substr(before.size(), path.size() - before.size() - after.size());
  return code.find('/') == std::string_view::npos ? std::optional{code} : std::nullopt;
}

std::vector<std::string> reserved_words() {
  std::set<std::string> words{kKeptForLater.begin(), kKeptForLater.end()};
  for (const Route& route : kRoutes) {
    const std::string_view path = route.path.substr(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (!segment.empty() && segment.front() != '{') words.emplace(segment);
  }
  return {words.begin(), words.end()};
}

std::vector<ShortCode> hidden_codes() {
  std::vector<ShortCode> codes;
  for (const Route& route : kRoutes) {
    const std::string_view segment = route.path.substr(1);
    if (!ShortCode::is_valid(segment)) continue;
    const ShortCode code = ShortCode::from_valid(segment);
    if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
  }
  return codes;
}

}  // namespace curt::api
