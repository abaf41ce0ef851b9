#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "curt/api/services.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/deadline.hpp"
#include "curt/visits/apply/maintenance_timer.hpp"
#include "curt/visits/apply/worker.hpp"
#include "curt/visits/bots/bot_detector.hpp"
#include "curt/visits/pipeline.hpp"

#include "app/wiring/background_thread.hpp"
#include "app/wiring/ground.hpp"
#include "app/wiring/visit_stream.hpp"

namespace curt::app {

/// What the rings of so many threads take, in memory or on the disk.
[[nodiscard]] std::uint64_t bytes_of_rings(const Settings& settings, std::size_t cores);

/// What takes the visits of `curt serve`, and the lines of its access log, from the rings to where they
/// belong: the pipeline on a thread of its own, and what else may run there.
class ServeVisits {
 public:
  struct Parts {
    visits::VisitStore& store;
    const visits::BotDetector& bots;
    Ground& ground;
  };

  /// Opens the folder of this process and begins; `cores` threads will push. An error where the folder cannot
  /// be made, or for a setting. The parts must outlive it.
  [[nodiscard]] static result<std::unique_ptr<ServeVisits>> open(const Settings& settings, const Parts& parts,
                                                                 std::size_t cores);
  ~ServeVisits();
  ServeVisits(const ServeVisits&) = delete;
  ServeVisits& operator=(const ServeVisits&) = delete;

  /// One per core.
  [[nodiscard]] std::vector<visits::RequestRing*> rings() const;

  [[nodiscard]] const visits::LocalAccounts& accounts() const noexcept { return *pipeline_; }

  [[nodiscard]] api::VisitHealth health() const;

  /// To be called when no thread pushes any more: delivers what there is, until the deadline at most, and
  /// ends.
  void stop(Deadline deadline);

 private:
  ServeVisits(OpenVisitStream stream, const Clock& clock) : clock_(clock), stream_(std::move(stream)) {}

  void start_work(const Settings& settings, const Parts& parts);

  const Clock& clock_;
  OpenVisitStream stream_;
  BackgroundThread thread_;
  std::unique_ptr<visits::VisitPipeline> pipeline_;
  std::optional<visits::Worker> worker_;
  std::optional<visits::MaintenanceTimer> maintenance_;
  bool stopped_ = false;
};

}  // namespace curt::app
