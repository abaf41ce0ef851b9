#include "curt/base/reachability.hpp"

#include <utility>

#include "curt/base/logging.hpp"

namespace curt {

Reachability::Reachability(const Clock& clock) : clock_(clock) { state_.since = clock_.now(); }

Reachability::Reachability(std::string name, const Clock& clock, Metrics& metrics)
    : name_(std::move(name)), clock_(clock) {
  state_.since = clock_.now();
  metrics.gauge_from("curt_dependency_up", "Whether what this service depends on answers: 1 or 0.",
                     [this] { return state().up ? 1.0 : 0.0; }, {{"dependency", name_}});
}

void Reachability::answered(std::chrono::steady_clock::duration latency) {
  const std::lock_guard lock{mutex_};
  state_.latency = std::chrono::duration_cast<std::chrono::microseconds>(latency);
  if (state_.up) return;
  const Timestamp now = clock_.now();
  if (seen_ && !name_.empty()) {
    log::info("dependency is back",
              {{"dependency", name_},
               {"outage_seconds", std::chrono::duration<double>(now - state_.since).count()}});
  }
  seen_ = true;
  state_.up = true;
  state_.since = now;
  state_.detail.clear();
}

void Reachability::failed(const std::string& detail) {
  const std::lock_guard lock{mutex_};
  if (!seen_ || state_.up) {
    state_.since = clock_.now();
    if (!name_.empty()) log::warn("dependency is down", {{"dependency", name_}, {"error", detail}});
  }
  seen_ = true;
  state_.up = false;
  state_.detail = detail;
}

Reachability::State Reachability::state() const {
  const std::lock_guard lock{mutex_};
  return state_;
}

}  // namespace curt
