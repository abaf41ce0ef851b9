#include "curt/visits/apply/worker.hpp"

#include <array>
#include <cstdio>
#include <optional>

#include "curt/api/api_service.hpp"
#include "curt/app/commands/commands.hpp"
#include "curt/base/logging.hpp"
#include "curt/http/server.hpp"
#include "curt/visits/apply/maintenance_timer.hpp"

#include "app/wiring/background_thread.hpp"
#include "app/wiring/open_store.hpp"
#include "app/wiring/process_metrics.hpp"
#include "app/wiring/schema_guard.hpp"
#include "app/wiring/signals.hpp"
#include "app/wiring/visit_stream.hpp"

namespace curt::app {
namespace {

int refuse_to_start(const Error& why) {
  std::fprintf(stderr, "curt worker: %s\n", why.detail.c_str());
  return why.code == ErrorCode::invalid_value ? 2 : 1;
}

/// Health checks wait no longer than this.
constexpr std::chrono::seconds kHealthLimit{1};

/// Whoever looks at a worker is Prometheus and a health check or two.
http::ServerOptions listen_options(const Settings& settings) {
  http::ServerOptions options;
  options.max_connections = 100;
  for (const ListenAddress& listen : settings.worker_listen)
    options.listen.emplace_back(listen.address, listen.port);
  return options;
}

}  // namespace

int worker(const Settings& settings) {
  StopSignals signals;
  log::configure(settings.log_format, settings.log_level, log::Stream::out);
  for (const std::string& warning : settings.warnings) log::warn(warning);

  Metrics metrics;
  add_process_metrics(metrics);
  const SystemClock clock;
  SystemRandom random;
  auto store = open_store_patiently(settings, clock, metrics);
  if (!store) return refuse_to_start(store.error());
  SchemaGuard schema{settings.database_url,
                     std::chrono::ceil<std::chrono::seconds>(settings.db_connect_timeout)};
  if (const auto fits = schema.check(); !fits) return refuse_to_start(fits.error());
  const auto stream = open_visit_stream(settings, clock, metrics);
  if (!stream) return refuse_to_start(stream.error());

  api::ApiOptions options;
  options.api_deadline = kHealthLimit;
  const api::WorkerServices services{
      .options = options,
      .store = *store->links,
      .database = [postgres = store->postgres] { return postgres->reachability().state(); },
      .stream = [redis = stream->redis.get()] { return redis->reachability(); },
      .metrics = metrics,
      .clock = clock,
      .started_at = clock.now()};
  api::WorkerService service{services};
  const http::ServerMetrics server_metrics{metrics, service.route_names()};
  http::Server server{listen_options(settings), service, server_metrics, nullptr};
  if (const auto listening = server.listen(); !listening) {
    Error why = listening.error();
    why.detail += " (setting worker_listen, CURT_WORKER_LISTEN)";
    return refuse_to_start(why);
  }

  BackgroundThread thread;
  const std::array executors{thread.executor()};
  stream->redis->start(executors);
  schema.watch();
  {
    visits::WorkerOptions taking;
    taking.name = worker_name(random);
    const std::string name = taking.name;
    visits::Worker taker{*stream->stream, store->links->visits(), metrics, thread.executor(),
                         std::move(taking)};
    visits::MaintenanceTimer::Options upkeep;
    upkeep.retention = {std::chrono::days{settings.visit_raw_days},
                        std::chrono::days{settings.visit_hourly_days}};
    std::optional<visits::MaintenanceTimer> maintenance;
    maintenance.emplace(store->links->visits(), thread.executor(), upkeep);
    taker.start();
    maintenance->start();
    server.start();
    for (const auto& endpoint : server.endpoints()) {
      log::info("listening", {{"address", to_string(ListenAddress{endpoint.address(), endpoint.port()})}});
    }
    log::info("working", {{"name", name}, {"version", CURT_VERSION}});

    signals.wait();
    log::info("stopping");
    const Deadline end = Deadline::in(settings.shutdown_timeout);
    taker.stop();
    maintenance->stop();
    server.stop(std::chrono::seconds{1});
    if (!taker.join(end)) log::warn("what was under way is cut");
  }
  stream->redis->stop();
  thread.stop(BackgroundThread::kGoodbye);
  store->links.reset();
  log::info("stopped");
  return schema.refused() ? 1 : 0;
}

}  // namespace curt::app
