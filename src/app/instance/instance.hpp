#pragma once

#include <memory>
#include <optional>

#include "curt/app/settings/settings.hpp"
#include "curt/base/deadline.hpp"
#include "curt/domain/error.hpp"
#include "curt/http/server.hpp"
#include "curt/links/search_filler.hpp"
#include "curt/visits/bots/bot_detector.hpp"

#include "app/instance/hidden_links.hpp"
#include "app/instance/serve_api.hpp"
#include "app/instance/serve_keys.hpp"
#include "app/instance/serve_limits.hpp"
#include "app/instance/serve_links.hpp"
#include "app/instance/serve_lists.hpp"
#include "app/instance/serve_metrics.hpp"
#include "app/instance/serve_visits.hpp"
#include "app/wiring/background_thread.hpp"
#include "app/wiring/ground.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/schema_guard.hpp"
#include "app/wiring/shared_cache.hpp"

namespace curt::app {

/// One instance of `curt serve`: open(), start(), stop(), once each and on one thread.
class Instance {
 public:
  /// The settings must outlive the instance.
  explicit Instance(const Settings& settings) : settings_(settings) {}
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// Opens every part and listens; the instance takes no request yet. After an error, whose detail and log
  /// are for the operator, it can only be destroyed.
  [[nodiscard]] result<void> open();

  /// Answers requests from now on.
  void start();

  /// Has the files of blocked and allowed hosts read at once. On any thread, between start() and stop().
  void reload();

  /// In place of start() and stop(): ends what open() began.
  void abandon();

  /// Says that it stops and goes on for drain_delay; then takes no more requests, finishes what is in flight,
  /// delivers visits, and ends every thread but the schema guard's. The process ends by itself where that
  /// takes longer than shutdown_timeout.
  void stop();

  /// Whether the schema of the database, once it could be read, made the instance stop.
  [[nodiscard]] bool refused_schema() const noexcept { return schema_ && schema_->refused(); }

 private:
  [[nodiscard]] result<void> open_storage();
  [[nodiscard]] result<void> open_visits(std::size_t cores);
  void follow_keys();
  void drain(std::chrono::milliseconds delay);
  void say_goodbye(Deadline end);
  [[nodiscard]] result<void> listen(http::ServerOptions options);

  const Settings& settings_;

  // Each part stands after those that it is given, and ends before them.
  Ground ground_;
  std::optional<access::KeyParts> admin_key_;
  ServeLists lists_{settings_, ground_};
  OpenDatabase database_;
  SharedCache shared_;
  std::optional<SchemaGuard> schema_;  ///< Postgres only
  std::optional<ServeLinks> links_;
  const visits::BotDetector bots_;
  std::unique_ptr<ServeVisits> visits_;
  std::optional<ServeKeys> keys_;
  std::optional<ServeLimits> limits_;
  std::optional<ServeApi> api_;
  std::optional<HiddenLinks> hidden_links_;
  std::optional<links::SearchFiller> search_;
  std::optional<BackgroundThread> background_;
  std::optional<ServeMetrics> metrics_;  ///< where it has a listener of its own
  std::optional<http::Server> server_;
};

}  // namespace curt::app
