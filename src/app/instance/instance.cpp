#include "app/instance/instance.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "curt/base/address.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/logging.hpp"

#include "app/instance/health_sources.hpp"
#include "app/instance/serve_folders.hpp"
#include "app/process/last_resort.hpp"
#include "app/wiring/admin_key.hpp"
#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

/// For the visits of a process that has answered no request, or has used up its time.
constexpr std::chrono::milliseconds kShortStop{750};

/// The part of the time to stop that is not for requests in flight.
constexpr int kForVisits = 4;

/// Clients far away need as long to complete a connection that they have begun.
constexpr std::chrono::milliseconds kHandshake{300};

/// Whatever the rest has used up: without any, idle connections for metrics would count as cut.
constexpr std::chrono::milliseconds kMetricsStop{100};

/// For what an instance notes of its announcements, which others would make once more otherwise.
constexpr std::chrono::milliseconds kLastWords{250};

std::string text_of(const net::ip::tcp::endpoint& endpoint) {
  return to_string(ListenAddress{endpoint.address(), endpoint.port()});
}

void log_listening(const http::Server& server, const Settings& settings, std::size_t threads) {
  const std::string_view auth = settings.auth_mode() == AuthMode::keys ? "keys" : "open";
  for (const auto& endpoint : server.endpoints()) {
    log::info("listening", {{"address", text_of(endpoint)},
                            {"base_url", settings.base_url},
                            {"auth", auth},
                            {"threads", threads},
                            {"version", CURT_VERSION}});
  }
}

/// Anybody who reaches the service may change links: said at each start where that is more than this machine.
void warn_of_open(const Settings& settings) {
  if (settings.auth_mode() != AuthMode::open) return;
  if (const auto others = settings.reached_by_others()) {
    log::warn("anybody who reaches this service can create and change links: no keys are asked for",
              {{"reached", *others}, {"instead", "CURT_AUTH=keys"}});
  }
}

}  // namespace

result<void> Instance::open() {
  auto admin_key = read_admin_key(settings_);
  if (!admin_key) return admin_key.error();
  admin_key_ = *admin_key;
  if (auto folders = open_serve_folders(settings_); !folders) return folders;
  if (auto opened = lists_.open(); !opened) return opened;
  if (auto opened = open_storage(); !opened) return opened;
  links_.emplace(settings_, *database_.store, shared_, lists_.policy(), ground_);
  http::ServerOptions options = server_options(settings_);
  if (auto opened = open_visits(options.threads); !opened) return opened;
  keys_.emplace(settings_, *database_.store, ground_, admin_key_);
  limits_.emplace(settings_, shared_, ground_);
  const ServeApi::Parts parts{.ground = ground_,
                              .database = database_,
                              .shared = shared_,
                              .links = *links_,
                              .bots = bots_,
                              .visits = *visits_,
                              .keys = *keys_,
                              .limits = *limits_,
                              .lists = lists_};
  api_.emplace(settings_, parts);
  background_.emplace();
  return listen(std::move(options));
}

result<void> Instance::open_storage() {
  auto database = open_database(settings_, ground_.clock, ground_.metrics);
  if (!database) return database.error();
  database_ = std::move(*database);
  auto shared = make_shared_cache(settings_, settings_.redis_timeout, ground_.clock, ground_.metrics);
  if (!shared) return shared.error();
  shared_ = std::move(*shared);
  if (database_.postgres == nullptr) return {};
  schema_.emplace(settings_);
  return schema_->check();
}

result<void> Instance::open_visits(std::size_t cores) {
  const ServeVisits::Parts parts{database_.store->visits(), bots_, ground_};
  auto visits = ServeVisits::open(settings_, parts, cores);
  if (!visits) return visits.error();
  visits_ = std::move(*visits);
  return {};
}

result<void> Instance::listen(http::ServerOptions options) {
  server_.emplace(std::move(options), api_->service, api_->server_metrics, &api_->recorder);
  auto listening = server_->listen();
  std::string_view setting = " (setting listen, CURT_LISTEN)";
  if (listening && !settings_.metrics_listen.empty()) {
    metrics_.emplace(settings_, *api_);
    listening = metrics_->server.listen();
    setting = " (setting metrics_listen, CURT_METRICS_LISTEN)";
  }
  if (listening) return listening;
  abandon();
  Error why = listening.error();
  why.detail += setting;
  return why;
}

void Instance::abandon() { visits_->stop(Deadline::in(kShortStop)); }

void Instance::start() {
  std::vector<Executor> executors = server_->executors();
  const std::size_t threads = executors.size();
  keys_->keys.read_on(executors, background_->executor());
  lists_.start(executors, background_->executor());
  executors.insert(executors.begin(), background_->executor());
  links_->follow_others(shared_, executors);
  net::co_spawn(background_->executor(), warn_of_budget(*database_.store, api_->health), net::detached);
  hidden_links_.emplace(*database_.store).start(background_->executor());
  if (links::SearchIndex* index = database_.store->search_index()) {
    search_.emplace(*index, links::SearchFiller::Options{}).start(background_->executor());
  }
  if (schema_) schema_->watch();
  follow_keys();
  api_->life_stage = api::LifeStage::serving;
  if (metrics_) metrics_->server.start();
  server_->start();
  warn_of_open(settings_);
  log_listening(*server_, settings_, threads);
  if (!metrics_) return;
  for (const auto& endpoint : metrics_->server.endpoints()) {
    log::info("listening", {{"address", text_of(endpoint)}, {"for", "/metrics and /health"}});
  }
}

/// Follows the keys, and waits a moment for the first look.
void Instance::follow_keys() {
  keys_->follower.start(background_->executor());
  keys_->follower.await_first_look(Deadline::in(ServeKeys::kFirstLook).at());
}

void Instance::reload() { lists_.reload(); }

void Instance::drain(std::chrono::milliseconds delay) {
  log::info("stopping", {{"open_connections", api_->server_metrics.connections.value()},
                         {"drain_delay_ms", std::int64_t{delay.count()}}});
  api_->life_stage = api::LifeStage::stopping;
  server_->drain();
  std::this_thread::sleep_for(delay);
}

void Instance::stop() {
  const Settings::Duration delay = settings_.drain();
  drain(delay);
  lists_.stop();
  const EndOfProcess end{settings_.shutdown_timeout, refused_schema() ? 1 : 0};
  if (!settings_.is_loopback_only() && delay.count() > 0) server_->turn_away(kHandshake);
  const auto time = std::chrono::floor<std::chrono::milliseconds>(end.of_work().remaining());
  server_->stop(time - time / kForVisits);
  visits_->stop(end.of_work_or(kShortStop));
  hidden_links_->stop();
  if (search_) search_->stop();
  say_goodbye(
      Deadline{std::min(end.of_work_or(kLastWords).at(), Deadline::in(BackgroundThread::kGoodbye).at())});
  // The store may still owe answers to coroutines that live in the server.
  database_.store.reset();
  log::info("stopped");
}

/// What the background has to note at the end, and what ends last.
void Instance::say_goodbye(Deadline end) {
  links_->coherence.stop();
  keys_->follower.stop();
  if (!links_->coherence.join_until(end.at())) {
    log::warn("some announcements are not noted, and are made once more by another instance");
  }
  if (!keys_->follower.join_until(end.at())) log::warn("when keys were used last is not noted");
  if (shared_.redis) shared_.redis->stop();
  if (metrics_) metrics_->server.stop(std::max<std::chrono::nanoseconds>(end.remaining(), kMetricsStop));
  background_->stop(std::chrono::ceil<std::chrono::milliseconds>(end.remaining()));
}

}  // namespace curt::app
