#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <sstream>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include "curt/api/api_service.hpp"
#include "curt/api/request_recorder.hpp"
#include "curt/app/commands/commands.hpp"
#include "curt/base/logging.hpp"
#include "curt/cache/local/local_link_cache.hpp"
#include "curt/http/server.hpp"
#include "curt/links/cache_coherence.hpp"
#include "curt/links/link_service.hpp"

#include "app/wiring/background_thread.hpp"
#include "app/wiring/health_sources.hpp"
#include "app/wiring/open_store.hpp"
#include "app/wiring/process_metrics.hpp"
#include "app/wiring/schema_guard.hpp"
#include "app/wiring/serve_visits.hpp"
#include "app/wiring/shared_cache.hpp"
#include "app/wiring/signals.hpp"

namespace curt::app {
namespace {

/// As the setting has it: a thread has a ring.
constexpr unsigned kMostThreads = 256;

http::ServerOptions server_options(const Settings& settings) {
  http::ServerOptions options;
  for (const ListenAddress& listen : settings.listen)
    options.listen.emplace_back(listen.address, listen.port);
  options.threads = settings.threads != 0 ? settings.threads
                                          : std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
  options.max_connections = settings.max_connections;
  options.head_timeout = settings.head_timeout;
  options.body_timeout = settings.body_timeout;
  options.idle_timeout = settings.idle_timeout;
  options.write_timeout = settings.write_timeout;
  options.trusted_proxies = settings.trusted_proxies;
  return options;
}

api::ApiOptions api_options(const Settings& settings) {
  const bool loopback_only = std::all_of(settings.listen.begin(), settings.listen.end(),
                                         [](const ListenAddress& listen) { return listen.is_loopback(); });
  return {settings.base_url, settings.root_redirect,     settings.cors_origins,
          loopback_only,     settings.redirect_deadline, settings.api_deadline};
}

/// Lets the process open as many files as it may; says when that is too few for the connections.
void raise_file_limit(std::size_t max_connections) {
  constexpr std::size_t kOwnFiles = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < max_connections + kOwnFiles) {
    log::warn("fewer files may be open than max_connections needs",
              {{"max_connections", max_connections}, {"open_files", std::uint64_t{limit.rlim_cur}}});
  }
}

void log_listening(const http::Server& server, const Settings& settings, std::size_t threads) {
  for (const auto& endpoint : server.endpoints()) {
    std::ostringstream address;
    address << endpoint;
    log::info("listening", {{"address", address.str()},
                            {"base_url", settings.base_url},
                            {"threads", threads},
                            {"version", CURT_VERSION}});
  }
}

/// For the visits of a process that has answered no request, or has used up its time.
constexpr std::chrono::seconds kShortStop{1};

int refuse_to_start(const Error& why) {
  const std::string detail = why.log.empty() ? why.detail : fmt::format("{} ({})", why.detail, why.log);
  std::fprintf(stderr, "curt serve: %s\n", detail.c_str());
  return why.code == ErrorCode::invalid_value ? 2 : 1;  // a setting that only its part could judge
}

}  // namespace

int serve(const Settings& settings) {
  StopSignals signals;
  log::configure(settings.log_format, settings.log_level, log::Stream::out);
  for (const std::string& warning : settings.warnings) log::warn(warning);
  raise_file_limit(settings.max_connections);

  // What each part is given outlives it: the order here is the order of the rooms, from the bottom up.
  Metrics metrics;
  add_process_metrics(metrics);
  SystemClock clock;
  SystemRandom random;
  auto store = open_store(settings, clock, metrics);
  if (!store) return refuse_to_start(store.error());
  const auto shared = make_shared_cache(settings, settings.redis_timeout, clock, metrics);
  if (!shared) return refuse_to_start(shared.error());
  std::optional<SchemaGuard> schema;
  if (store->postgres != nullptr) {
    schema.emplace(settings.database_url,
                   std::chrono::ceil<std::chrono::seconds>(settings.db_connect_timeout));
    if (const auto fits = schema->check(); !fits) return refuse_to_start(fits.error());
  }
  cache::LocalLinkCache cache{
      {settings.cache_bytes, settings.cache_ttl, settings.negative_ttl, settings.stale_max}, metrics};
  links::Resolver resolver{*store->links, cache, shared->links.get(), clock, metrics};
  links::CacheCoherence coherence{*store->links, cache, resolver, metrics};
  const links::LinkRules rules{api::reserved_words(), TargetUrl::from_stored(settings.base_url + "/")};
  const links::CodeGenerator codes{random};
  links::LinkService links{*store->links, resolver, rules, codes, clock, metrics, settings.code_length};
  links::VisitBudget budget{*store->links, clock, metrics};
  const visits::BotDetector bots;

  const http::ServerOptions listen_options = server_options(settings);
  auto visits = ServeVisits::open(settings, {*store, bots, clock, random, metrics}, listen_options.threads);
  if (!visits) return refuse_to_start(visits.error());
  visits::Statistics statistics{store->links->visits(), &(*visits)->accounts(), clock};

  std::atomic<api::LifeStage> life_stage{api::LifeStage::starting};
  api::ComponentState database_state;
  api::HealthSources sources = health_sources(settings, *store, *shared);
  sources.visits = [&visits] { return (*visits)->health(); };
  const api::ApiOptions options = api_options(settings);
  const api::Services services{options, links,      resolver,       *store->links, statistics,  cache,  clock,
                               metrics, life_stage, database_state, sources,       clock.now(), budget, bots};
  api::ApiService service{services};

  api::RequestRecorder recorder{(*visits)->rings(),
                                settings.access_log ? api::AccessLines::all : api::AccessLines::none};
  const http::ServerMetrics server_metrics{metrics, service.route_names()};
  BackgroundThread background;
  http::Server server{listen_options, service, server_metrics, &recorder};
  if (const auto listening = server.listen(); !listening) {
    (*visits)->stop(Deadline::in(kShortStop));
    Error why = listening.error();
    why.detail += " (setting listen, CURT_LISTEN)";
    return refuse_to_start(why);
  }

  if (shared->redis) {
    cache.changes_go_unheard();  // until changes elsewhere are heard of
    coherence.use(background.executor());
    shared->links->listen(coherence);
    std::vector<Executor> executors = server.executors();
    executors.insert(executors.begin(), background.executor());
    resolver.when_in_doubt([&coherence] { coherence.look_again(); });
    shared->redis->start(executors);
    coherence.started(clock.now());
  }
  net::co_spawn(background.executor(), warn_of_budget(*store->links, sources), net::detached);
  if (schema) schema->watch();
  life_stage = api::LifeStage::serving;
  server.start();
  log_listening(server, settings, listen_options.threads);

  signals.wait();
  log::info("stopping", {{"open_connections", server_metrics.connections.value()}});
  life_stage = api::LifeStage::stopping;
  const Deadline end = Deadline::in(settings.shutdown_timeout);
  server.stop(end.remaining());
  (*visits)->stop(Deadline{std::max(end.at(), Deadline::in(kShortStop).at())});
  if (shared->redis) shared->redis->stop();
  background.stop(BackgroundThread::kGoodbye);
  // The store may still owe answers to coroutines that live in the server.
  store->links.reset();
  log::info("stopped");
  return schema && schema->refused() ? 1 : 0;
}

}  // namespace curt::app
