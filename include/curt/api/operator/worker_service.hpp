#pragma once

#include <functional>
#include <string>
#include <vector>

#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"
#include "curt/http/service.hpp"
#include "curt/links/link_store.hpp"

namespace curt::api {

/// What `curt worker` tells of itself over HTTP: /metrics, /health, /health/live and /health/ready, by GET
/// and HEAD. Thread-safe.
class WorkerService final : public http::Service {
 public:
  using State = std::function<Reachability::State()>;

  /// `database` and `stream` tell how Postgres and the Redis with the stream are doing. What is given
  /// outlives the service.
  WorkerService(links::LinkStore& store, State database, State stream, const Metrics& metrics,
                const Clock& clock);

  http::Admission admit(http::Exchange& exchange) override;
  bool answer_now(http::Exchange& exchange) override;
  awaitable<void> answer(http::Exchange& exchange) override;
  [[nodiscard]] const std::vector<std::string>& route_names() const noexcept override { return names_; }

 private:
  links::LinkStore& store_;
  const State database_;
  const State stream_;
  const Metrics& metrics_;
  const Clock& clock_;
  const Timestamp started_at_;
  const std::vector<std::string> names_;  ///< "none", then the paths
};

}  // namespace curt::api
