#pragma once

#include <atomic>

#include "curt/api/api_service.hpp"
#include "curt/api/request_recorder.hpp"
#include "curt/api/services.hpp"
#include "curt/api/side_thread.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/http/server_metrics.hpp"
#include "curt/visits/bots/bot_detector.hpp"
#include "curt/visits/bots/bot_memo.hpp"
#include "curt/visits/statistics/statistics.hpp"

#include "app/instance/serve_keys.hpp"
#include "app/instance/serve_limits.hpp"
#include "app/instance/serve_links.hpp"
#include "app/instance/serve_lists.hpp"
#include "app/instance/serve_visits.hpp"
#include "app/wiring/ground.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/shared_cache.hpp"

namespace curt::app {

/// The API of `curt serve`, with all that its handlers and the server above it are given.
struct ServeApi {
  /// What the API is made of; all of it must outlive the API.
  struct Parts {
    Ground& ground;
    const OpenDatabase& database;
    const SharedCache& shared;
    ServeLinks& links;
    const visits::BotDetector& bots;
    const ServeVisits& visits;
    ServeKeys& keys;
    ServeLimits& limits;
    const ServeLists& lists;
  };

  ServeApi(const Settings& settings, const Parts& parts);
  ServeApi(const ServeApi&) = delete;
  ServeApi& operator=(const ServeApi&) = delete;

  api::SideThread side_thread;
  visits::BotMemo bots;
  visits::Statistics statistics;
  std::atomic<api::LifeStage> life_stage{api::LifeStage::starting};
  api::ComponentState database_state;
  const api::HealthSources health;
  const api::ApiOptions options;
  const api::Services services;
  api::ApiService service;
  api::RequestRecorder recorder;
  const http::ServerMetrics server_metrics;
};

}  // namespace curt::app
