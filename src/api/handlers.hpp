#pragma once

#include "curt/api/services.hpp"
#include "curt/api/worker_services.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

// One function per endpoint, named <verb>_<resource>: those of links, statistics and visitors each in a file
// of its own name, health and static pages together. Those that return bool answer without waiting if they
// can; see BasicRoute::AnswerNow.

awaitable<void> create_link(const Services& services, http::Exchange& exchange);
awaitable<void> list_links(const Services& services, http::Exchange& exchange);
awaitable<void> get_link(const Services& services, http::Exchange& exchange);
awaitable<void> edit_link(const Services& services, http::Exchange& exchange);
awaitable<void> disable_links(const Services& services, http::Exchange& exchange);
awaitable<void> delete_link(const Services& services, http::Exchange& exchange);
awaitable<void> restore_link(const Services& services, http::Exchange& exchange);

awaitable<void> get_link_statistics(const Services& services, http::Exchange& exchange);
awaitable<void> get_statistics(const Services& services, http::Exchange& exchange);

awaitable<void> create_key(const Services& services, http::Exchange& exchange);
awaitable<void> list_keys(const Services& services, http::Exchange& exchange);
awaitable<void> get_key(const Services& services, http::Exchange& exchange);
awaitable<void> revoke_key(const Services& services, http::Exchange& exchange);
awaitable<void> rotate_key(const Services& services, http::Exchange& exchange);

bool redirect_now(const Services& services, http::Exchange& exchange);
awaitable<void> redirect(const Services& services, http::Exchange& exchange);
awaitable<void> preview_link(const Services& services, http::Exchange& exchange);

/// A word, or to those who may see it the whole.
awaitable<void> get_health(const Services& services, http::Exchange& exchange);
awaitable<void> get_whole_health(const Services& services, http::Exchange& exchange);
bool get_health_live(const Services& services, http::Exchange& exchange);
bool get_health_ready(const Services& services, http::Exchange& exchange);
awaitable<void> get_metrics(const Services& services, http::Exchange& exchange);

// A worker's endpoints.
awaitable<void> get_health(const WorkerServices& services, http::Exchange& exchange);
bool get_health_live(const WorkerServices& services, http::Exchange& exchange);
awaitable<void> get_metrics(const WorkerServices& services, http::Exchange& exchange);

bool get_openapi(const Services& services, http::Exchange& exchange);
bool get_docs(const Services& services, http::Exchange& exchange);
bool get_docs_script(const Services& services, http::Exchange& exchange);
bool get_swagger_style(const Services& services, http::Exchange& exchange);
bool get_swagger_script(const Services& services, http::Exchange& exchange);
bool get_home(const Services& services, http::Exchange& exchange);
bool get_robots(const Services& services, http::Exchange& exchange);
bool get_favicon(const Services& services, http::Exchange& exchange);

}  // namespace curt::api
