#pragma once

#include <chrono>
#include <string_view>

#include <nlohmann/json.hpp>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/clock.hpp"
#include "curt/domain/error.hpp"
#include "curt/http/service.hpp"
#include "curt/links/link_store.hpp"

namespace curt::api {

/// How the store answered a ping, and how long that took.
struct Ping {
  result<void> answer;
  std::chrono::duration<double, std::milli> latency;
};

[[nodiscard]] awaitable<Ping> ping(links::LinkStore& store, Call& call);

/// What is wrong with a database that answers and takes no writes.
inline constexpr std::string_view kTakesNoWrites = "the database takes no writes at the moment";

/// What /health says of a whole process and its parts.
struct HealthReport {
  std::string_view status;  ///< "up", "degraded" or "down"
  Timestamp started_at;
  nlohmann::ordered_json components;
};

/// Answers with the report; with 503 where the whole is down.
void answer_health(const HealthReport& report, const Clock& clock, http::Exchange& exchange);

}  // namespace curt::api
