#include "curt/visits/apply/worker.hpp"

#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "curt/api/api_service.hpp"
#include "curt/api/side_thread.hpp"
#include "curt/app/commands/commands.hpp"
#include "curt/base/logging.hpp"
#include "curt/http/failed_requests.hpp"
#include "curt/http/server.hpp"
#include "curt/visits/apply/maintenance_timer.hpp"

#include "app/commands/complain.hpp"
#include "app/process/last_resort.hpp"
#include "app/process/process_metrics.hpp"
#include "app/process/signals.hpp"
#include "app/wiring/background_thread.hpp"
#include "app/wiring/ground.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/options.hpp"
#include "app/wiring/schema_guard.hpp"
#include "app/wiring/visit_stream.hpp"

namespace curt::app {
namespace {

/// For what the background thread still has to do when the worker's time is over.
constexpr std::chrono::milliseconds kGoodbye{250};

int refuse_to_start(const Error& why) {
  complain("worker", why.detail);
  return why.code == ErrorCode::invalid_value ? 2 : 1;
}

}  // namespace

int worker(const Settings& settings) {
  log::configure(settings.log_format, settings.log_level, log::Stream::out);
  StopSignals signals;
  for (const std::string& warning : settings.warnings) log::warn(warning);

  Ground ground;
  auto database = open_database_patiently(settings, ground.clock, ground.metrics, "worker");
  if (!database) return refuse_to_start(database.error());
  SchemaGuard schema{settings};
  if (const auto fits = schema.check(); !fits) return refuse_to_start(fits.error());
  const auto stream = open_visit_stream(settings, ground.clock, ground.metrics);
  if (!stream) return refuse_to_start(stream.error());

  const api::ApiOptions options = worker_api_options(settings);
  api::SideThread side_thread{ground.metrics, http::tell_failed_requests};
  const api::WorkerServices services{
      .options = options,
      .store = *database->store,
      .database = [postgres = database->postgres] { return postgres->reachability().state(); },
      .database_writes = [postgres = database->postgres] { return postgres->writes().state(); },
      .stream = [redis = stream->redis.get()] { return redis->reachability(); },
      .metrics = ground.metrics,
      .clock = ground.clock,
      .started_at = ground.clock.now(),
      .side_thread = side_thread};
  api::WorkerService service{services};
  const http::ServerMetrics server_metrics{ground.metrics, service.route_names()};
  add_open_files(ground.metrics, server_metrics.connections);
  http::Server server{side_server_options(settings.worker_listen), service, server_metrics, nullptr};
  if (const auto listening = server.listen(); !listening) {
    Error why = listening.error();
    why.detail += " (setting worker_listen, CURT_WORKER_LISTEN)";
    return refuse_to_start(why);
  }
  if (signals.came_early()) return 0;

  BackgroundThread thread;
  const std::array executors{thread.executor()};
  stream->redis->start(executors);
  schema.watch();
  std::optional<EndOfProcess> end;
  {
    const std::string name = worker_name(ground.random);
    visits::WorkerOptions taking;
    taking.name = name;
    visits::Worker taker{*stream->stream, database->store->visits(), ground.metrics, thread.executor(),
                         std::move(taking)};
    visits::MaintenanceTimer::Options upkeep;
    upkeep.retention = retention(settings);
    visits::MaintenanceTimer maintenance{database->store->visits(), thread.executor(), upkeep};
    taker.start();
    maintenance.start();
    server.start();
    for (const auto& endpoint : server.endpoints()) {
      log::info("listening", {{"address", to_string(ListenAddress{endpoint.address(), endpoint.port()})}});
    }
    log::info("working", {{"name", name}, {"version", CURT_VERSION}});

    signals.wait();
    log::info("stopping");
    end.emplace(settings.shutdown_timeout, schema.refused() ? 1 : 0);
    taker.stop();
    maintenance.stop();
    server.stop(std::chrono::seconds{1});
    if (!taker.join(end->of_work())) log::warn("what was under way is cut");
  }
  stream->redis->stop();
  thread.stop(std::chrono::ceil<std::chrono::milliseconds>(end->of_work_or(kGoodbye).remaining()));
  database->store.reset();
  log::info("stopped");
  return schema.refused() ? 1 : 0;
}

}  // namespace curt::app
